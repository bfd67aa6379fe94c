// A network of the service's own, made only when the deployment is closed to the public one (`privateNetwork` of main.bicep): a
// subnet through which the app calls, and one in which storage, bus and vault have their addresses.
param token string
param location string
param tags object
param storageName string
param busName string
param vaultName string

@description('Addresses of the network. It is split into four; two are used.')
param addressPrefix string

// `group`: the part of the resource that Azure puts behind the endpoint.
var endpoints = [
  { group: 'blob', on: 'storage', zone: 'privatelink.blob.${environment().suffixes.storage}' }
  { group: 'table', on: 'storage', zone: 'privatelink.table.${environment().suffixes.storage}' }
  { group: 'namespace', on: 'bus', zone: 'privatelink.servicebus.windows.net' }
  { group: 'vault', on: 'vault', zone: 'privatelink.vaultcore.azure.net' }
]
var targets = { storage: storage.id, bus: bus.id, vault: vault.id }

resource storage 'Microsoft.Storage/storageAccounts@2025-08-01' existing = { name: storageName }
resource bus 'Microsoft.ServiceBus/namespaces@2026-01-01' existing = { name: busName }
resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = { name: vaultName }

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'vnet-${token}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 26, 0)
          // Flex Consumption takes this delegation, not that of the other plans.
          delegations: [{ name: 'app', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'endpoints'
        properties: { addressPrefix: cidrSubnet(addressPrefix, 26, 1) }
      }
    ]
  }

  resource app 'subnets' existing = { name: 'app' }
  resource inside 'subnets' existing = { name: 'endpoints' }
}

module endpoint 'private-endpoint.bicep' = [
  for item in endpoints: {
    params: {
      name: 'pe-${item.group}-${token}'
      location: location
      tags: tags
      targetId: targets[item.on]
      group: item.group
      zone: item.zone
      networkId: network.id
      subnetId: network::inside.id
    }
  }
]

output appSubnetId string = network::app.id
