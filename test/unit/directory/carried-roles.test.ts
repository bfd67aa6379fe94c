import { expect, test } from "vitest";
import { carriedRoles } from "../../../shared/adapters/directory/carried-roles.ts";
import type { OfferedApi } from "../../../shared/adapters/directory/offered-apis.ts";
import { newId } from "../../support/samples.ts";

/** What assignments come to where clients ask for roles of two APIs; over the wire it is in contract/directory. */

const [read, rotate, principalId] = [newId(), newId(), newId()];
const company: OfferedApi = {
  appId: newId(),
  resourceId: newId(),
  roleIds: { "api.read": read, "api.write": newId() },
};
const own: OfferedApi = { appId: newId(), resourceId: newId(), roleIds: { "keys.rotate": rotate } };
const roles = ["api.read", "keys.rotate"] as const;

const granted = (api: OfferedApi, appRoleId: string) => ({
  ...{ principalId, appRoleId, resourceId: api.resourceId ?? newId() },
  resourceDisplayName: "An API",
});
const both = [granted(company, read), granted(own, rotate)];

test("a role counts on the API that it is of, and on no other, whatever its id", () => {
  expect(carriedRoles([company, own], { roles }, both)).toEqual({ complete: true });
  expect(
    carriedRoles([company, own], { roles }, [granted(company, read), granted(company, rotate)]),
  ).toMatchObject({ complete: false, excess: [{ role: rotate, own: true }] });
});

test("an API without a service principal has granted nothing, and keeps nobody from the other's", () => {
  const absent = { ...own, resourceId: undefined };

  expect(carriedRoles([company, absent], { roles }, [granted(company, read)]).complete).toBe(false);
  expect(
    carriedRoles([company, absent], { roles: ["api.read"] }, [granted(company, read)]),
  ).toEqual({ complete: true });
});

test("a role of an API that was given up is passed over", () => {
  expect(carriedRoles([company], { roles }, [granted(company, read)])).toEqual({ complete: true });
});
