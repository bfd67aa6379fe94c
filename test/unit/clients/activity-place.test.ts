import { expect, test } from "vitest";
import { placeOf, timeOfPlace } from "../../../shared/clients/activity.ts";
import { personOf } from "../../../shared/clients/person.ts";
import { ANN, later, NOON, OLGA } from "../../support/samples.ts";

test("entries stand newest first, those of one millisecond by their ids, and a place tells its time", () => {
  const entries = [
    { at: new Date(0), id: "a" },
    { at: NOON, id: "b" },
    { at: NOON, id: "a" },
    { at: later(1), id: "z" },
    { at: new Date("2286-01-01T00:00:00.000Z"), id: "a" },
  ];

  const places = entries.map(placeOf);

  expect(places.toSorted()).toEqual([4, 3, 2, 1, 0].map((index) => places[index]));
  expect(places.map(timeOfPlace)).toEqual(entries.map(({ at }) => at));
});

test("a person is known again by issuer and subject, both of them, and has a name that tells neither", () => {
  const person = personOf(ANN.actor);

  expect(person).toMatch(/^[\w-]{43}$/);
  expect(personOf({ ...ANN.actor, displayName: "Ann, now Smith" })).toBe(person);
  expect(personOf({ ...ANN.actor, subject: OLGA.actor.subject })).not.toBe(person);
  expect(personOf({ ...ANN.actor, issuer: OLGA.actor.issuer })).not.toBe(person);
  expect(personOf({ ...ANN.actor, subject: undefined })).toBeUndefined();
  expect(personOf({ ...ANN.actor, issuer: undefined })).toBeUndefined();
});
