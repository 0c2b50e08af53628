// A resource's name has to be known when a deployment begins; the id of an identity that it makes is known to a module of its own.
param server string
param principalId string
param principalName string

resource postgres 'Microsoft.DBforPostgreSQL/flexibleServers@2024-08-01' existing = {
  name: server

  resource administrator 'administrators' = {
    name: principalId
    properties: {
      principalName: principalName
      principalType: 'ServicePrincipal'
      tenantId: subscription().tenantId
    }
  }
}
