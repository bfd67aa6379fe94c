/** `{id:guid}`, `{page:int:min(1)}`: the inline constraints of ASP.NET Core routes that a function's route may use. */

type Check = (value: string, args: readonly string[]) => boolean;

const matches =
  (pattern: RegExp): Check =>
  (value) =>
    pattern.test(value);

const CHECKS: Readonly<Record<string, Check>> = {
  guid: matches(/^\{?[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}\}?$/i),
  int: matches(/^[+-]?\d{1,10}$/),
  long: matches(/^[+-]?\d{1,19}$/),
  bool: matches(/^(true|false)$/i),
  alpha: matches(/^[a-z]*$/i),
  decimal: matches(/^[+-]?\d+(\.\d+)?$/),
  double: matches(/^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i),
  length: (value, [from, to = from]) => value.length >= Number(from) && value.length <= Number(to),
  minlength: (value, [least]) => value.length >= Number(least),
  maxlength: (value, [most]) => value.length <= Number(most),
  min: (value, [least]) => Number(value) >= Number(least),
  max: (value, [most]) => Number(value) <= Number(most),
  range: (value, [from, to]) => Number(value) >= Number(from) && Number(value) <= Number(to),
  regex: (value, args) => new RegExp(args.join(","), "i").test(value),
};

/** @throws on a constraint that does not exist, as the real host does when it maps the route. */
export function compileConstraint(text: string): (value: string) => boolean {
  const [, name = "", args = ""] = /^(\w+)(?:\((.*)\))?$/.exec(text) ?? [];
  const check = CHECKS[name];
  if (!check)
    throw new Error(`The constraint reference '${text}' could not be resolved to a type.`);
  const list = args.split(",");
  return (value) => check(value, list);
}
