// Mail for alerts: Communication Services with a domain that Azure manages, and one's own beside it. Its keys are switched off.
param token string
param dataLocation string
param tags object

@description('Sender at a domain of one\'s own, verified in this email service. Empty: the domain that Azure manages.')
param givenSender string

var ownSender = endsWith(toLower(givenSender), '.azurecomm.net') ? '' : givenSender
var ownDomains = empty(ownSender)
  ? []
  : [resourceId('Microsoft.Communication/emailServices/domains', emailService.name, last(split(ownSender, '@')))]

resource emailService 'Microsoft.Communication/emailServices@2025-09-01' = {
  name: 'email-${token}'
  location: 'global'
  tags: tags
  properties: { dataLocation: dataLocation }
}

resource domain 'Microsoft.Communication/emailServices/domains@2025-09-01' = {
  parent: emailService
  name: 'AzureManagedDomain'
  location: 'global'
  tags: tags
  properties: { domainManagement: 'AzureManaged', userEngagementTracking: 'Disabled' }
}

resource communication 'Microsoft.Communication/communicationServices@2025-09-01' = {
  name: 'acs-${token}'
  location: 'global'
  tags: tags
  properties: { dataLocation: dataLocation, linkedDomains: union([domain.id], ownDomains), disableLocalAuth: true }
}

output name string = communication.name
output endpoint string = 'https://${communication.properties.hostName}'
output sender string = empty(ownSender) ? 'DoNotReply@${domain.properties.mailFromSenderDomain}' : ownSender

// What the mail service sends for a domain that Azure manages; it cannot be raised (docs/cost-and-limits.md). Empty: the default.
output perMinute string = empty(ownSender) ? '5' : ''
output perHour string = empty(ownSender) ? '10' : ''
