import { expect, test } from "vitest";
import { readTags } from "../../../infra/tools/records/read-tags.ts";
import { operationTag, subscriptionTag, TAG } from "../../../shared/adapters/directory/tags.ts";

const tagsOf = (subscription: string) => [TAG, operationTag("op-1"), subscriptionTag(subscription)];

test.each(["contoso", "Müller & Söhne/№ #?", "a_b__c", "100%", "_41", "𝔘nicode 🗝"])(
  "%s is read as it was written",
  (subscription) => {
    expect(readTags(tagsOf(subscription))).toEqual({ subscription, operationId: "op-1" });
  },
);

test("a name that is too long for a tag is known again among candidates, and is not guessed without", () => {
  const long = "x".repeat(500);
  expect(readTags(tagsOf(long), ["other", long])?.subscription).toBe(long);
  const tags = tagsOf(long);
  // Kept whole as long as tags hold it; a digest is never taken for a name.
  const read = readTags(tags)?.subscription;
  expect(read === undefined || read === long).toBe(true);
});

test("other people's registrations are not read", () => {
  expect(readTags(["latchkey", "HideApp"])).toBeUndefined();
});
