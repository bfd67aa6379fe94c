// Every setting that shared/settings/settings.ts reads, and no other; a test holds the two against each other. Connection strings are
// missing on purpose: this deployment has none. A setting without a value is left out, so that defaults stand in one place.
@description('Setting name → value, from main.parameters.json.')
param given object

@description('Setting name → key vault reference.')
param vaultReferences object
param identityClientId string
param tableEndpoint string
param busHost string
param corsOrigins string
param insightsConnectionString string

@description('Empty: no mail.')
param emailEndpoint string
param emailSender string

@description('Mails that the mail service sends for that domain in a minute and in an hour; empty means the default.')
param emailPerMinute string
param emailPerHour string

var all = {
  DIRECTORY_TENANT_ID: given.?DIRECTORY_TENANT_ID
  DIRECTORY_CLIENT_ID: given.?DIRECTORY_CLIENT_ID
  DIRECTORY_CREDENTIAL: given.?DIRECTORY_CREDENTIAL
  DIRECTORY_CLIENT_SECRET: vaultReferences.?DIRECTORY_CLIENT_SECRET
  DIRECTORY_CLIENT_CERTIFICATE: vaultReferences.?DIRECTORY_CLIENT_CERTIFICATE
  DIRECTORY_CLIENT_CERTIFICATE_PATH: given.?DIRECTORY_CLIENT_CERTIFICATE_PATH
  MANAGED_IDENTITY_CLIENT_ID: identityClientId
  DIRECTORY_AUTHORITY: given.?DIRECTORY_AUTHORITY
  GRAPH_BASE_URL: given.?GRAPH_BASE_URL
  GRAPH_SCOPE: given.?GRAPH_SCOPE
  RESOURCE_APP_ID: given.?RESOURCE_APP_ID
  APP_READ_ROLE_ID: given.?APP_READ_ROLE_ID
  APP_WRITE_ROLE_ID: given.?APP_WRITE_ROLE_ID
  APP_READ_ROLE_MEANING: given.?APP_READ_ROLE_MEANING
  APP_READ_ROLE_RISK: given.?APP_READ_ROLE_RISK
  APP_WRITE_ROLE_MEANING: given.?APP_WRITE_ROLE_MEANING
  APP_WRITE_ROLE_RISK: given.?APP_WRITE_ROLE_RISK
  CLIENT_SIGN_IN_AUDIENCE: given.?CLIENT_SIGN_IN_AUDIENCE
  TOKEN_ENDPOINT: given.?TOKEN_ENDPOINT
  RESOURCE_SCOPE: given.?RESOURCE_SCOPE
  CUSTOMER_ISSUER: given.?CUSTOMER_ISSUER
  CUSTOMER_METADATA_URL: given.?CUSTOMER_METADATA_URL
  CUSTOMER_AUDIENCE: given.?CUSTOMER_AUDIENCE
  CUSTOMER_POLICIES: given.?CUSTOMER_POLICIES
  SUBSCRIPTION_CLAIM: given.?SUBSCRIPTION_CLAIM
  OPERATOR_ISSUER: given.?OPERATOR_ISSUER
  OPERATOR_METADATA_URL: given.?OPERATOR_METADATA_URL
  OPERATOR_AUDIENCE: given.?OPERATOR_AUDIENCE
  OPERATOR_ROLE: given.?OPERATOR_ROLE
  OPERATOR_SCOPE: given.?OPERATOR_SCOPE
  OPERATOR_CLIENTS: given.?OPERATOR_CLIENTS
  OPERATOR_APPS: given.?OPERATOR_APPS
  RecordsConnection__tableServiceUri: tableEndpoint
  RecordsConnection__clientId: identityClientId
  RecordsConnection__credential: 'managedidentity'
  ServiceBusConnection__fullyQualifiedNamespace: busHost
  ServiceBusConnection__clientId: identityClientId
  ServiceBusConnection__credential: 'managedidentity'
  CONSENT_SLA: given.?CONSENT_SLA
  CONSENT_REMINDERS: given.?CONSENT_REMINDERS
  CONSENT_CALENDAR: given.?CONSENT_CALENDAR
  CONSENT_HOLIDAYS: given.?CONSENT_HOLIDAYS
  CONSENT_GRANT: given.?CONSENT_GRANT
  CONSENT_SWEEP_SCHEDULE: given.?CONSENT_SWEEP_SCHEDULE
  CONSENT_REVOCATION_EVERY: given.?CONSENT_REVOCATION_EVERY
  CONSENT_REVOCATION_SCHEDULE: given.?CONSENT_REVOCATION_SCHEDULE
  ALERT_TIME_ZONE: given.?ALERT_TIME_ZONE
  ALERT_WEBHOOK_URL: given.?ALERT_WEBHOOK_URL
  ALERT_WEBHOOK_SECRET: vaultReferences.?ALERT_WEBHOOK_SECRET
  ALERT_TEAMS_URL: vaultReferences.?ALERT_TEAMS_URL
  EMAIL_CONNECTION: emailEndpoint
  EMAIL_IDENTITY_CLIENT_ID: empty(emailEndpoint) ? '' : identityClientId
  ALERT_EMAIL_FROM: empty(emailSender) ? given.?ALERT_EMAIL_FROM : emailSender
  ALERT_EMAIL_TO: given.?ALERT_EMAIL_TO
  ALERT_ESCALATION_TO: given.?ALERT_ESCALATION_TO
  ALERT_BUDGET: given.?ALERT_BUDGET
  EMAIL_PER_MINUTE: empty(given.?EMAIL_PER_MINUTE) ? emailPerMinute : given.?EMAIL_PER_MINUTE
  EMAIL_PER_HOUR: empty(given.?EMAIL_PER_HOUR) ? emailPerHour : given.?EMAIL_PER_HOUR
  ADMIN_CONSENT_URL: given.?ADMIN_CONSENT_URL
  PUBLIC_URL: given.?PUBLIC_URL
  MAX_CLIENTS_PER_SUBSCRIPTION: given.?MAX_CLIENTS_PER_SUBSCRIPTION
  SECRET_MAX_LIFETIME_DAYS: given.?SECRET_MAX_LIFETIME_DAYS
  SUBSCRIPTION_WRITES_PER_MINUTE: given.?SUBSCRIPTION_WRITES_PER_MINUTE
  SUBSCRIPTION_REQUESTS_PER_MINUTE: given.?SUBSCRIPTION_REQUESTS_PER_MINUTE
  MAX_DELETED_CLIENTS_PER_SUBSCRIPTION: given.?MAX_DELETED_CLIENTS_PER_SUBSCRIPTION
  DIRECTORY_WRITES_PER_MINUTE: given.?DIRECTORY_WRITES_PER_MINUTE
  SAMPLE_CALL_URL: given.?SAMPLE_CALL_URL
  PORTAL_CLIENT_ID: given.?PORTAL_CLIENT_ID
  PORTAL_AUTHORITY: given.?PORTAL_AUTHORITY
  PORTAL_SCOPES: given.?PORTAL_SCOPES
  PORTAL_AUTHORITY_METADATA: given.?PORTAL_AUTHORITY_METADATA
  PORTAL_OPERATOR_CLIENT_ID: given.?PORTAL_OPERATOR_CLIENT_ID
  PORTAL_OPERATOR_AUTHORITY: given.?PORTAL_OPERATOR_AUTHORITY
  PORTAL_OPERATOR_SCOPES: given.?PORTAL_OPERATOR_SCOPES
  PORTAL_OPERATOR_AUTHORITY_METADATA: given.?PORTAL_OPERATOR_AUTHORITY_METADATA
  CORS_ORIGINS: corsOrigins
  SUPPORT_URL: given.?SUPPORT_URL
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  WEBHOOK_SIGNING_KEY: vaultReferences.?WEBHOOK_SIGNING_KEY
  WEBHOOK_PORTS: given.?WEBHOOK_PORTS
  ACTIVITY_KEPT: given.?ACTIVITY_KEPT
  RECONCILE_AFTER: given.?RECONCILE_AFTER
  RECONCILE_SCHEDULE: given.?RECONCILE_SCHEDULE
}

output settings object = toObject(
  filter(items(all), item => !empty(item.value)),
  item => item.key,
  item => item.value
)
