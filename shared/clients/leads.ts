import type { Lead } from "./ports.ts";

/** Leads that were proven, by client id. A client never changes its owner, so that what is kept here never becomes wrong. */
export interface Leads {
  get(appId: string): Lead | undefined;
  keep(appId: string, lead: Lead): void;
  drop(appId: string): void;
}

/** About 300 bytes each. */
const MOST = 10_000;

/** In this process's memory; whoever was asked for least recently goes first. */
export function rememberedLeads(most = MOST): Leads {
  const leads = new Map<string, Lead>();
  return {
    get: (appId) => leads.get(appId),
    keep: (appId, lead) => {
      leads.delete(appId);
      leads.set(appId, lead);
      const [oldest] = leads.keys();
      if (leads.size > most && oldest !== undefined) leads.delete(oldest);
    },
    drop: (appId) => {
      leads.delete(appId);
    },
  };
}
