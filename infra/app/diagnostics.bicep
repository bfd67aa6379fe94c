// Who asked vault, storage and bus for what, beside what the service says of itself: the trail of somebody who has got hold of its
// identity, or of a right in Azure. Written to the workspace of monitoring.bicep; docs/observability.md says how to read it.
param workspaceId string
param storageName string
param busName string
param vaultName string

@description('Whether the bus is of the Premium tier: only that one tells who sent and received.')
param premiumBus bool

// Each request of the service is a line: docs/cost-and-limits.md counts them.
var storageLogs = ['StorageRead', 'StorageWrite', 'StorageDelete']
var busLogs = premiumBus
  ? ['OperationalLogs', 'RuntimeAuditLogs', 'VNetAndIPFilteringLogs']
  : ['OperationalLogs']
var vaultLogs = ['AuditEvent']

resource storage 'Microsoft.Storage/storageAccounts@2025-08-01' existing = { name: storageName }
resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-08-01' existing = {
  parent: storage
  name: 'default'
}
resource tables 'Microsoft.Storage/storageAccounts/tableServices@2025-08-01' existing = {
  parent: storage
  name: 'default'
}
resource bus 'Microsoft.ServiceBus/namespaces@2026-01-01' existing = { name: busName }
resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = { name: vaultName }

// A package that is replaced is code that runs next.
resource ofBlobs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: blobs
  name: 'audit'
  properties: { workspaceId: workspaceId, logs: map(storageLogs, name => { category: name, enabled: true }) }
}

resource ofTables 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: tables
  name: 'audit'
  properties: { workspaceId: workspaceId, logs: map(storageLogs, name => { category: name, enabled: true }) }
}

// Unless said otherwise, these two write to AzureDiagnostics instead of tables of their own; storage has only the latter.
resource ofBus 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: bus
  name: 'audit'
  properties: {
    workspaceId: workspaceId
    logAnalyticsDestinationType: 'Dedicated'
    logs: map(busLogs, name => { category: name, enabled: true })
  }
}

resource ofVault 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'audit'
  properties: {
    workspaceId: workspaceId
    logAnalyticsDestinationType: 'Dedicated'
    logs: map(vaultLogs, name => { category: name, enabled: true })
  }
}
