import * as z from "zod";

/** What Graph answers about grants, as far as this service reads it. */

export const Assignments = z.array(
  z.object({
    principalId: z.guid(),
    resourceId: z.guid(),
    resourceDisplayName: z.string().nullish(),
    appRoleId: z.guid(),
  }),
);
export type Assignments = z.infer<typeof Assignments>;

export const AppRoleAssignments = z.object({
  value: Assignments,
  "@odata.nextLink": z.url().optional(),
});
export type AppRoleAssignments = z.infer<typeof AppRoleAssignments>;

/** Service principals as they are looked up by their applications. */
export const ServicePrincipals = z.object({
  value: z.array(z.object({ id: z.guid(), appId: z.guid() })),
  "@odata.nextLink": z.url().optional(),
});

/** The same with what they have been granted, at most 20 of it. */
export const ExpandedPrincipals = z.object({
  value: z.array(z.object({ id: z.guid(), appId: z.guid(), appRoleAssignments: Assignments })),
  "@odata.nextLink": z.url().optional(),
});

export const ASSIGNMENT_SELECT = "principalId,resourceId,resourceDisplayName,appRoleId";

/** An application or a service principal of which nothing but its id is asked. */
export const Identified = z.object({ id: z.guid() });
export type Identified = z.infer<typeof Identified>;

export const RegistrationsPage = z.object({
  value: z.array(Identified.extend({ tags: z.array(z.string()) })),
  "@odata.nextLink": z.url().optional(),
});
