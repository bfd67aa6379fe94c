import { createRoot } from "react-dom/client";
import { getAccessToken } from "./token.js";

export const Keys = () => (
  <latchkey-clients
    api="https://keys.example.com/api"
    getAccessToken={getAccessToken}
    onclient-created={({ detail }) => console.info("created", detail.clientId)}
  />
);
createRoot(document.querySelector("#app")).render(<Keys />);
