import type * as z from "zod";

/**
 * The shape of an answer, or of a part of one. Nothing but the documents asks for it, so it is built for whoever asks first: an
 * instance that starts builds none.
 */
export const shape = <S extends z.ZodType>(build: () => S): (() => S) => {
  let built: S | undefined;
  return () => {
    built ??= build();
    return built;
  };
};

/** What an answer of such a shape holds. */
export type Shaped<S extends () => z.ZodType> = z.infer<ReturnType<S>>;
