#!/usr/bin/env node
import { sendForm } from "./pages.ts";

/** A browser, as far as a command opens one: picks the person named first on the page that is named second, and sends on. */
const [, , who = "", url = ""] = process.argv;
await sendForm(await sendForm(await fetch(url), { login: who }));
