// Every role the service's identity has, as one table. Each is held on the smallest thing that Azure can name for it.
param principalId string
param storageName string
param busName string
param vaultName string
param insightsName string

@description('Empty: no mail.')
param communicationName string

// `on`: the resource the role is held on; `docs/permissions.md` says why for each.
var table = [
  { on: 'storage', name: 'Storage Blob Data Contributor', role: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe' }
  { on: 'storage', name: 'Storage Table Data Contributor', role: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3' }
  { on: 'queue', name: 'Azure Service Bus Data Receiver', role: '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0' }
  { on: 'queue', name: 'Azure Service Bus Data Sender', role: '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39' }
  { on: 'topic', name: 'Azure Service Bus Data Sender', role: '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39' }
  { on: 'subscription', name: 'Azure Service Bus Data Receiver', role: '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0' }
  { on: 'vault', name: 'Key Vault Secrets User', role: '4633458b-17de-408a-b874-0445c86b69e6' }
  { on: 'insights', name: 'Monitoring Metrics Publisher', role: '3913510d-42f4-4e42-8a64-420c390055eb' }
]

var topology = loadJsonContent('../topology.json')
var onStorage = filter(table, row => row.on == 'storage')
var onQueues = flatten(map(
  range(0, length(topology.queues)),
  place => map(filter(table, row => row.on == 'queue'), row => { place: place, role: row.role })
))
var onTopics = flatten(map(
  range(0, length(topology.topics)),
  place => map(filter(table, row => row.on == 'topic'), row => { place: place, role: row.role })
))
// Of the topic's subscriptions the service reads one: what it hands over to customers' own webhooks.
var onSubscription = filter(table, row => row.on == 'subscription')
var onVault = filter(table, row => row.on == 'vault')
var onInsights = filter(table, row => row.on == 'insights')

resource storage 'Microsoft.Storage/storageAccounts@2025-08-01' existing = { name: storageName }
resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = { name: vaultName }
resource insights 'Microsoft.Insights/components@2020-02-02' existing = { name: insightsName }
resource bus 'Microsoft.ServiceBus/namespaces@2026-01-01' existing = { name: busName }
resource queue 'Microsoft.ServiceBus/namespaces/queues@2026-01-01' existing = [
  for item in topology.queues: { parent: bus, name: item.name }
]
resource topic 'Microsoft.ServiceBus/namespaces/topics@2026-01-01' existing = [
  for item in topology.topics: { parent: bus, name: item.name }
]
resource clientEvents 'Microsoft.ServiceBus/namespaces/topics@2026-01-01' existing = {
  parent: bus
  name: 'client-events'
}
resource webhooks 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2026-01-01' existing = {
  parent: clientEvents
  name: 'webhooks'
}
resource communication 'Microsoft.Communication/communicationServices@2025-09-01' existing = if (!empty(communicationName)) {
  name: communicationName
}

resource storageRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for row in onStorage: {
    scope: storage
    name: guid(storage.id, principalId, row.role)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', row.role)
    }
  }
]

resource queueRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for row in onQueues: {
    scope: queue[row.place]
    name: guid(queue[row.place].id, principalId, row.role)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', row.role)
    }
  }
]

resource topicRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for row in onTopics: {
    scope: topic[row.place]
    name: guid(topic[row.place].id, principalId, row.role)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', row.role)
    }
  }
]

resource subscriptionRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for row in onSubscription: {
    scope: webhooks
    name: guid(webhooks.id, principalId, row.role)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', row.role)
    }
  }
]

resource vaultRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for row in onVault: {
    scope: vault
    name: guid(vault.id, principalId, row.role)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', row.role)
    }
  }
]

resource insightsRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for row in onInsights: {
    scope: insights
    name: guid(insights.id, principalId, row.role)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', row.role)
    }
  }
]

// Azure's only built-in role for sending mail is an owner's. This one can send and nothing else can be read with it.
resource mailSender 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (!empty(communicationName)) {
  name: guid(resourceGroup().id, 'latchkey-mail-sender')
  properties: {
    roleName: 'Latchkey mail sender (${uniqueString(resourceGroup().id)})'
    description: 'Sends mail through Communication Services.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: [
          'Microsoft.Communication/CommunicationServices/Read'
          'Microsoft.Communication/CommunicationServices/Write'
          'Microsoft.Communication/EmailServices/write'
        ]
      }
    ]
  }
}

resource mailRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(communicationName)) {
  scope: communication
  name: guid(communication.id, principalId, mailSender.name)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: mailSender.id
  }
}
