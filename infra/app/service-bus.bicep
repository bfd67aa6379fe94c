// The namespace with every queue and topic of topology.json. What the file leaves out has the same default here and in topology.ts.
param name string
param location string
param tags object

@description('Whether nothing but the private endpoint of network.bicep reaches it. Only the Premium tier has such an endpoint.')
param closed bool

var topology = loadJsonContent('../topology.json')
var never = 'P10675199D'

resource namespace 'Microsoft.ServiceBus/namespaces@2026-01-01' = {
  name: name
  location: location
  tags: tags
  sku: closed ? { name: 'Premium', tier: 'Premium', capacity: 1 } : { name: 'Standard', tier: 'Standard' }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: closed ? 'Disabled' : 'Enabled'
  }
}

resource queue 'Microsoft.ServiceBus/namespaces/queues@2026-01-01' = [
  for item in topology.queues: {
    parent: namespace
    name: item.name
    properties: {
      lockDuration: item.?lockDuration ?? 'PT1M'
      maxDeliveryCount: item.?maxDeliveryCount ?? 10
      defaultMessageTimeToLive: item.?defaultMessageTimeToLive ?? never
      deadLetteringOnMessageExpiration: item.?deadLetteringOnMessageExpiration ?? false
      requiresDuplicateDetection: item.?requiresDuplicateDetection ?? false
      duplicateDetectionHistoryTimeWindow: item.?duplicateDetectionHistoryTimeWindow ?? 'PT10M'
    }
  }
]

module topic 'topic.bicep' = [
  for item in topology.topics: {
    params: { namespaceName: namespace.name, topic: item }
  }
]

output id string = namespace.id
output name string = namespace.name
output host string = '${namespace.name}.servicebus.windows.net'
