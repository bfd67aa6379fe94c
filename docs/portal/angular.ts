import "@angular/compiler";
import { Component, CUSTOM_ELEMENTS_SCHEMA, provideZonelessChangeDetection } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";
import { getAccessToken } from "./token.js";

@Component({
  selector: "app-root",
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `<latchkey-clients api="https://keys.example.com/api" [getAccessToken]="token" (client-created)="log($event)" />`,
})
class Keys {
  token = getAccessToken;
  log = ({ detail }: CustomEvent) => console.info("created", detail.clientId);
}
await bootstrapApplication(Keys, { providers: [provideZonelessChangeDetection()] });
