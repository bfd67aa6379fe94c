import { LatchkeyClients } from "@latchkey/elements/react";
import { createRoot } from "react-dom/client";
import { getAccessToken } from "./token.js";

export const Keys = () => (
  <LatchkeyClients
    api="https://keys.example.com/api"
    getAccessToken={(wanted) => getAccessToken(wanted)}
    onClientCreated={({ detail }) => console.info("created", detail.clientId)}
  />
);
createRoot(document.querySelector("#app")).render(<Keys />);
