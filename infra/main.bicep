// The whole deployment: one resource group with everything the service needs. No resource in it takes a shared key.
targetScope = 'subscription'

@minLength(1)
@maxLength(64)
@description('Name of the environment; every resource is named after it and the subscription.')
param environmentName string

@minLength(1)
@description('Region of every resource; it must offer the Flex Consumption plan.')
@metadata({ azd: { type: 'location' } })
param location string

@description('What the service is told about the directory, the callers and its own rules: a name of shared/settings/settings.ts and its value. Empty means the default.')
param settings object

@secure()
@description('The settings that are secret. Each value that is given is written to the key vault; the service gets a reference to it.')
param secrets object = {}

@description('Names of secret settings that are in the key vault already, separated by commas. They keep their value.')
param vaultSettings string = ''

@description('Origins of browsers that may call the API, separated by commas.')
param corsOrigins string = ''

@description('Whether alerts go out by mail through Communication Services.')
param emailEnabled bool = false

@description('Where Communication Services keeps mail at rest.')
param emailDataLocation string = 'Europe'

@description('Who is told when an alert rule fires: mail addresses, separated by commas. None: the rules fire in the portal only.')
param alertAddresses string = ''

@description('Most instances the plan may start.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 100

@description('Instances kept warm for HTTP; each costs money all day. None: the first call after a pause waits for a cold start.')
@minValue(0)
param alwaysReadyInstances int = 0

@description('Memory of an instance, in MB. Executions and idle timers are billed by it (docs/cost-and-limits.md).')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 512

@description('Arguments of Node, which bound its memory. None: Node takes what the instance has.')
param nodeArguments string = '--max-semi-space-size=8 --max-old-space-size=128'

@description('Closes storage, bus and vault to the public network: they are reached through private endpoints alone, by the app and by whoever is in its network. docs/deploy.md says what that changes, docs/cost-and-limits.md what it costs.')
param privateNetwork bool = false

@description('Addresses of that network, a /24. Nothing of it may be used by a network that it is to be connected with.')
param networkAddresses string = '10.71.0.0/24'

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'app/identity.bicep' = {
  scope: group
  params: { name: 'id-${token}', location: location, tags: tags }
}

module monitoring 'app/monitoring.bicep' = {
  scope: group
  params: { token: token, location: location, tags: tags }
}

module storage 'app/storage.bicep' = {
  scope: group
  params: { name: 'st${token}', location: location, tags: tags, closed: privateNetwork }
}

module bus 'app/service-bus.bicep' = {
  scope: group
  // Azure cannot turn a Standard namespace into a Premium one: the other tier is another namespace.
  params: {
    name: privateNetwork ? 'sb-premium-${token}' : 'sb-${token}'
    location: location
    tags: tags
    closed: privateNetwork
  }
}

module vault 'app/key-vault.bicep' = {
  scope: group
  params: {
    name: 'kv-${token}'
    location: location
    tags: tags
    closed: privateNetwork
    secrets: secrets
    vaultSettings: vaultSettings
  }
}

module network 'app/network.bicep' = if (privateNetwork) {
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    storageName: storage.outputs.name
    busName: bus.outputs.name
    vaultName: vault.outputs.name
    addressPrefix: networkAddresses
  }
}

module diagnostics 'app/diagnostics.bicep' = {
  scope: group
  params: {
    workspaceId: monitoring.outputs.workspaceId
    storageName: storage.outputs.name
    busName: bus.outputs.name
    vaultName: vault.outputs.name
    premiumBus: privateNetwork
  }
}

module email 'app/email.bicep' = if (emailEnabled) {
  scope: group
  params: {
    token: token
    dataLocation: emailDataLocation
    tags: tags
    givenSender: settings.?ALERT_EMAIL_FROM ?? ''
  }
}

module roles 'app/roles.bicep' = {
  scope: group
  params: {
    principalId: identity.outputs.principalId
    storageName: storage.outputs.name
    busName: bus.outputs.name
    vaultName: vault.outputs.name
    insightsName: monitoring.outputs.insightsName
    communicationName: email.?outputs.name ?? ''
  }
}

module appSettings 'app/settings.bicep' = {
  scope: group
  params: {
    given: settings
    vaultReferences: vault.outputs.references
    identityClientId: identity.outputs.clientId
    tableEndpoint: storage.outputs.tableEndpoint
    busHost: bus.outputs.host
    corsOrigins: corsOrigins
    insightsConnectionString: monitoring.outputs.insightsConnectionString
    emailEndpoint: email.?outputs.endpoint ?? ''
    emailSender: email.?outputs.sender ?? ''
    emailPerMinute: email.?outputs.perMinute ?? ''
    emailPerHour: email.?outputs.perHour ?? ''
  }
}

module api 'app/function-app.bicep' = {
  scope: group
  params: {
    name: 'func-${token}'
    location: location
    tags: tags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageName: storage.outputs.name
    packageContainer: storage.outputs.packageContainer
    settings: appSettings.outputs.settings
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyInstances: alwaysReadyInstances
    instanceMemoryMB: instanceMemoryMB
    nodeArguments: nodeArguments
    subnetId: network.?outputs.appSubnetId ?? ''
  }
  // A first start without its roles would fail and be tried again minutes later.
  dependsOn: [roles]
}

module alerts 'app/alerts.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    busId: bus.outputs.id
    addresses: alertAddresses
  }
}

output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_FUNCTION_NAME string = api.outputs.name
output API_BASE_URL string = api.outputs.baseUrl
output AZURE_KEY_VAULT_NAME string = vault.outputs.name
output EMAIL_LIMITS string = !empty(email.?outputs.perMinute ?? '')
  ? 'This domain, which Azure manages, sends ${email.?outputs.perMinute ?? ''} mails a minute and ${email.?outputs.perHour ?? ''} an hour, and no ticket raises that: a domain of your own sends 30 and 100 (docs/deploy.md)'
  : ''
output MANAGED_IDENTITY_CLIENT_ID string = identity.outputs.clientId
output MANAGED_IDENTITY_PRINCIPAL_ID string = identity.outputs.principalId
output RecordsConnection__tableServiceUri string = storage.outputs.tableEndpoint
output ServiceBusConnection__fullyQualifiedNamespace string = bus.outputs.host
