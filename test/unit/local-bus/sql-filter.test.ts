import { expect, test } from "vitest";
import { compileSqlFilter } from "../../../infra/local/bus/sql-filter.ts";

const facts = {
  messageId: "m1",
  ttl: undefined,
  scheduledFor: undefined,
  system: { messageid: "m1", label: "order", subject: "order", to: undefined },
  properties: { type: "consent.granted", size: 12, ok: true, "odd name": "x", percent: "50%" },
};

test.each([
  ["1=1", true],
  ["1=0", false],
  ["type = 'consent.granted'", true],
  ["TYPE = 'consent.granted'", true],
  ["type <> 'consent.granted'", false],
  ["type != 'x'", true],
  ["type IN ('a', 'consent.granted')", true],
  ["type NOT IN ('a', 'b')", true],
  ["missing NOT IN ('a')", false],
  ["type LIKE 'consent.%'", true],
  ["type LIKE 'consent'", false],
  ["type NOT LIKE '_onsent%'", false],
  ["percent LIKE '50!%' ESCAPE '!'", true],
  ["percent LIKE '5!%' ESCAPE '!'", false],
  ["size > 11 AND size <= 12.0", true],
  ["size + 1 = 13 AND size * 2 - 4 = 20 AND size / 4 = 3 AND size % 5 = 2", true],
  ["-size < 0", true],
  ["size = '12'", false],
  ["ok", true],
  ["NOT ok", false],
  ["ok = TRUE OR 1=0", true],
  ["1=0 OR 1=1 AND 1=0", false],
  ["(1=0 OR 1=1) AND 1=1", true],
  ["missing = 1", false],
  ["NOT missing = 1", false],
  ["missing IS NULL", true],
  ["type IS NOT NULL", true],
  ["EXISTS(type) AND NOT EXISTS(missing)", true],
  ["EXISTS(sys.To)", false],
  ["sys.Label = 'order' AND sys.MessageId = 'm1'", true],
  ["user.type = 'consent.granted'", true],
  ["[odd name] = 'x' AND \"odd name\" = 'x'", true],
  ["'it''s' = 'it''s'", true],
  ["'a' + 'b' = 'ab'", true],
])("%s is %s", (text, expected) => {
  expect(compileSqlFilter(text)(facts)).toBe(expected);
});

test.each([
  "",
  "type =",
  "type LIKE",
  "(1=1",
  "1=1)",
  "type IN ()",
  "other.type = 1",
  "a ? b",
  "x NOT 1",
])("'%s' is refused", (text) => {
  expect(() => compileSqlFilter(text)).toThrow(/SQL filter is invalid/);
});
