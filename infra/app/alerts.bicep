// What somebody must look at. docs/observability.md says what to make of each.
param location string
param tags object
param workspaceId string
param busId string

@description('Mail addresses, separated by commas.')
param addresses string

var receivers = empty(addresses) ? [] : map(split(addresses, ','), address => trim(address))
var actions = empty(receivers) ? [] : [people.id]

// A line of JSON for each invocation (functions/edge/observe.ts), but for those that no code of ours sees the end of: the portal's
// files, preflights, unknown addresses, a request that the host or the library refuses, and an invocation whose process dies.
var lines = 'AppTraces | where Message startswith "{" and Message has "invocation" | extend line = parse_json(Message)'

var timers = ['care', 'consent-revocations', 'consent-sweep', 'reconcile', 'secrets-look']

// `query` answers with a row when somebody must look, and with none otherwise.
var rules = [
  {
    name: 'consent-past-due'
    severity: 2
    description: 'The oldest pending consent is past its due time: a customer waits longer than agreed.'
    query: 'AppTraces | where Message has "consent-sweep" | where tolong(extract("overdueSeconds=([0-9]+)", 1, Message)) > 0'
    window: 'PT15M'
  }
  {
    name: 'server-errors'
    severity: 1
    description: 'More than 5 requests, and more than 1 in 100, were answered with 5xx.'
    query: '${lines} | where isnotnull(toint(line.status)) | summarize failed = countif(toint(line.status) >= 500), all = count() | where failed > 5 and failed * 100 > all'
    window: 'PT15M'
  }
  {
    name: 'directory-throttling'
    severity: 2
    description: 'The directory asked this service to slow down more than 20 times.'
    query: '${lines} | summarize throttled = sum(tolong(line.directoryThrottled)) | where throttled > 20'
    window: 'PT15M'
  }
  {
    name: 'operations-stuck'
    severity: 2
    description: 'An operation was set aside because nobody could end it, or the directory refused what only operators can mend.'
    query: '${lines} | where tostring(line.notes) has_any ("operation-parked", "incident")'
    window: 'PT15M'
  }
  {
    // Each of them runs at least every five minutes, unless its schedule was set to something else.
    name: 'timers-stand-still'
    severity: 1
    description: 'A timer has not ended well for an hour: nobody is reminded, or nothing that was abandoned is ended.'
    query: '${lines} | summarize well = make_set_if(tostring(line.route), tostring(line.outcome) != "failed"), first = min(TimeGenerated) | extend missing = set_difference(dynamic(${string(timers)}), well) | where array_length(missing) > 0 and (isnull(first) or first < ago(45m))'
    window: 'PT1H'
  }
]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(receivers)) {
  name: 'ag-latchkey'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'latchkey'
    emailReceivers: [
      for address in receivers: {
        name: address
        emailAddress: address
        useCommonAlertSchema: true
      }
    ]
  }
}

resource deadLetters 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: 'dead-letters'
  location: 'global'
  tags: tags
  properties: {
    description: 'A message could not be handled ten times and lies in a dead-letter queue.'
    severity: 1
    enabled: true
    scopes: [busId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'dead letters'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'DeadletteredMessages'
          dimensions: [{ name: 'EntityName', operator: 'Include', values: ['*'] }]
          timeAggregation: 'Maximum'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: map(actions, id => { actionGroupId: id })
  }
}

resource logAlert 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for rule in rules: {
    name: rule.name
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.name
      description: rule.description
      severity: rule.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: 'PT5M'
      windowSize: rule.window
      autoMitigate: true
      // The tables of a new workspace exist only once something was written to them.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: actions }
    }
  }
]
