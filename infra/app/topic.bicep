// One topic with its subscriptions and their rules.
param namespaceName string

@description('An entry of `topics` in topology.json.')
param topic object

var never = 'P10675199D'
var subscriptions = topic.?subscriptions ?? []
// Every rule with the place of its subscription. A subscription without one gets Azure's own rule: everything.
var rules = flatten(map(
  range(0, length(subscriptions)),
  place => map(subscriptions[place].?rules ?? [], rule => { place: place, rule: rule })
))

resource namespace 'Microsoft.ServiceBus/namespaces@2026-01-01' existing = {
  name: namespaceName
}

resource entity 'Microsoft.ServiceBus/namespaces/topics@2026-01-01' = {
  parent: namespace
  name: topic.name
  properties: {
    defaultMessageTimeToLive: topic.?defaultMessageTimeToLive ?? never
    requiresDuplicateDetection: topic.?requiresDuplicateDetection ?? false
    duplicateDetectionHistoryTimeWindow: topic.?duplicateDetectionHistoryTimeWindow ?? 'PT10M'
  }
}

resource subscription 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2026-01-01' = [
  for item in subscriptions: {
    parent: entity
    name: item.name
    properties: {
      lockDuration: item.?lockDuration ?? 'PT1M'
      maxDeliveryCount: item.?maxDeliveryCount ?? 10
      defaultMessageTimeToLive: item.?defaultMessageTimeToLive ?? never
      deadLetteringOnMessageExpiration: item.?deadLetteringOnMessageExpiration ?? false
    }
  }
]

resource rule 'Microsoft.ServiceBus/namespaces/topics/subscriptions/rules@2026-01-01' = [
  for item in rules: {
    parent: subscription[item.place]
    name: item.rule.name
    properties: contains(item.rule, 'sqlFilter')
      ? { filterType: 'SqlFilter', sqlFilter: { sqlExpression: item.rule.sqlFilter } }
      : { filterType: 'CorrelationFilter', correlationFilter: item.rule.correlationFilter }
  }
]
