/** What this service uses of the Service Bus SDK, as a module of its own so that the bundler can load it apart from the rest. */
export { isServiceBusError, ServiceBusClient } from "@azure/service-bus";
