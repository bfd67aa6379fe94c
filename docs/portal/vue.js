import { createApp } from "vue/dist/vue.esm-bundler.js";
import { getAccessToken } from "./token.js";

const app = createApp({
  template: `<latchkey-clients api="https://keys.example.com/api" :getAccessToken.prop="token" @client-created="log" />`,
  setup: () => ({
    token: getAccessToken,
    log: ({ detail }) => console.info("created", detail.clientId),
  }),
});
app.config.compilerOptions.isCustomElement = (tag) => tag.startsWith("latchkey-");
app.mount("#app");
