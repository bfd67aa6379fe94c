// The settings that are secret. The service reads them as references with its identity; nobody reads them by an access policy.
param name string
param location string
param tags object

@description('Whether nothing but the private endpoint of network.bicep reaches it, and the deployment that writes the secrets below.')
param closed bool

@secure()
@description('Setting name → value; empty ones are left out.')
param secrets object

@description('Settings whose secret is in the vault already, separated by commas.')
param vaultSettings string

var given = filter(items(secrets), item => !empty(item.value))
var kept = empty(vaultSettings) ? [] : map(split(vaultSettings, ','), item => trim(item))
var names = union(map(given, item => item.key), kept)

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    enablePurgeProtection: true
    publicNetworkAccess: closed ? 'Disabled' : 'Enabled'
    // A deployment is one of the services that Microsoft lets past.
    networkAcls: { defaultAction: closed ? 'Deny' : 'Allow', bypass: 'AzureServices' }
  }
}

// A vault's names hold no underscore.
resource secret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = [
  for item in given: {
    parent: vault
    name: replace(item.key, '_', '-')
    properties: { value: item.value }
  }
]

output name string = vault.name

@description('Setting name → what the app setting holds. No version: a new one is picked up within a day, or when the app is told to ask again (docs/rotate-the-backend-credential.md).')
output references object = toObject(
  names,
  item => item,
  item => '@Microsoft.KeyVault(SecretUri=${vault.properties.vaultUri}secrets/${replace(item, '_', '-')})'
)
