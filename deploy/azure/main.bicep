// Peerwatch on Azure Container Apps with Azure Database for PostgreSQL: one managed identity that reads Azure and signs in to the database
// without a password. NOT YET DEPLOYED by its authors: read it as a beginning, and see docs/operations.md, Delivery.
//   az deployment group create --resource-group rg-peerwatch --template-file deploy/azure/main.bicep --parameters image=... publicHost=... secretsKey=...
targetScope = 'resourceGroup'

@description('Image that deploy/Dockerfile makes, in a registry that the environment can pull from.')
param image string
@description('Host name that people use, without https://. Its certificate and DNS record are bound afterwards.')
param publicHost string
@description('At least 32 characters, as from openssl rand -base64 32. The same for the life of the database.')
@secure()
@minLength(32)
param secretsKey string
@description('Comma-separated subscription ids, or * for all that the identity sees.')
param subscriptionIds string = '*'
param location string = resourceGroup().location
@minValue(1)
param workers int = 2
param postgresSku object = {
  name: 'Standard_D2ds_v5'
  tier: 'GeneralPurpose'
}
@allowed(['Disabled', 'SameZone', 'ZoneRedundant'])
param highAvailability string = 'ZoneRedundant'

var database = 'peerwatch'
var suffix = uniqueString(resourceGroup().id)

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-peerwatch'
  location: location
}

resource logs 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: 'log-peerwatch-${suffix}'
  location: location
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: 30
  }
}

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'vnet-peerwatch'
  location: location
  properties: {
    addressSpace: { addressPrefixes: ['10.250.0.0/22'] }
    subnets: [
      {
        name: 'apps'
        properties: {
          addressPrefix: '10.250.0.0/23'
          delegations: [{ name: 'apps', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'postgres'
        properties: {
          addressPrefix: '10.250.2.0/28'
          delegations: [{ name: 'postgres', properties: { serviceName: 'Microsoft.DBforPostgreSQL/flexibleServers' } }]
        }
      }
    ]
  }
}

resource zone 'Microsoft.Network/privateDnsZones@2020-06-01' = {
  name: 'peerwatch.private.postgres.database.azure.com'
  location: 'global'
  resource link 'virtualNetworkLinks' = {
    name: 'vnet-peerwatch'
    location: 'global'
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: network.id }
    }
  }
}

resource postgres 'Microsoft.DBforPostgreSQL/flexibleServers@2024-08-01' = {
  name: 'pg-peerwatch-${suffix}'
  location: location
  sku: postgresSku
  properties: {
    version: '16'
    storage: { storageSizeGB: 128, autoGrow: 'Enabled' }
    backup: { backupRetentionDays: 14, geoRedundantBackup: 'Disabled' }
    highAvailability: { mode: highAvailability }
    authConfig: { activeDirectoryAuth: 'Enabled', passwordAuth: 'Disabled', tenantId: subscription().tenantId }
    network: {
      delegatedSubnetResourceId: network.properties.subnets[1].id
      privateDnsZoneArmResourceId: zone.id
    }
  }
  dependsOn: [zone::link]

  resource peerwatch 'databases' = {
    name: database
    properties: { charset: 'UTF8', collation: 'C' }
  }
}

// the identity administers the server, and so the database; three roles are described in docs/operations.md, Database roles
module administrator 'administrator.bicep' = {
  name: 'administrator'
  params: {
    server: postgres.name
    principalId: identity.properties.principalId
    principalName: identity.name
  }
  dependsOn: [postgres::peerwatch]
}

resource environment 'Microsoft.App/managedEnvironments@2024-03-01' = {
  name: 'cae-peerwatch'
  location: location
  properties: {
    vnetConfiguration: { infrastructureSubnetId: network.properties.subnets[0].id }
    workloadProfiles: [{ name: 'Consumption', workloadProfileType: 'Consumption' }]
    appLogsConfiguration: {
      destination: 'log-analytics'
      logAnalyticsConfiguration: {
        customerId: logs.properties.customerId
        sharedKey: logs.listKeys().primarySharedKey
      }
    }
  }
}

var variables = [
  { name: 'DATABASE_URL', value: 'postgresql://${identity.name}@${postgres.properties.fullyQualifiedDomainName}/${database}?sslmode=verify-full' }
  { name: 'DATABASE_AUTH', value: 'entra' }
  { name: 'AZURE_CLIENT_ID', value: identity.properties.clientId }
  { name: 'AZURE_SUBSCRIPTION_IDS', value: subscriptionIds }
  { name: 'PUBLIC_URL', value: 'https://${publicHost}' }
  { name: 'TRUST_PROXY', value: 'yes' }
  { name: 'DATA_DIR', value: '/tmp/peerwatch' }
  { name: 'SECRETS_KEY', secretRef: 'secrets-key' }
]
var identities = {
  type: 'UserAssigned'
  userAssignedIdentities: { '${identity.id}': {} }
}
var secrets = [{ name: 'secrets-key', value: secretsKey }]

// run once before each new version of web and workers: az containerapp job start --name peerwatch-migrate
resource migrate 'Microsoft.App/jobs@2024-03-01' = {
  name: 'peerwatch-migrate'
  location: location
  identity: identities
  properties: {
    environmentId: environment.id
    configuration: {
      triggerType: 'Manual'
      replicaTimeout: 900
      replicaRetryLimit: 1
      manualTriggerConfig: { parallelism: 1, replicaCompletionCount: 1 }
      secrets: secrets
    }
    template: {
      containers: [
        { name: 'migrate', image: image, args: ['migrate'], env: variables, resources: { cpu: json('0.5'), memory: '1Gi' } }
      ]
    }
  }
  dependsOn: [administrator]
}

resource worker 'Microsoft.App/containerApps@2024-03-01' = {
  name: 'peerwatch-worker'
  location: location
  identity: identities
  properties: {
    environmentId: environment.id
    configuration: { secrets: secrets }
    template: {
      terminationGracePeriodSeconds: 20
      containers: [
        { name: 'worker', image: image, args: ['worker'], env: variables, resources: { cpu: json('0.5'), memory: '1Gi' } }
      ]
      scale: { minReplicas: workers, maxReplicas: workers }
    }
  }
  dependsOn: [administrator]
}

resource web 'Microsoft.App/containerApps@2024-03-01' = {
  name: 'peerwatch-web'
  location: location
  identity: identities
  properties: {
    environmentId: environment.id
    configuration: {
      ingress: { external: true, targetPort: 3000, transport: 'http', allowInsecure: false }
      secrets: secrets
    }
    template: {
      terminationGracePeriodSeconds: 20
      containers: [
        {
          name: 'web'
          image: image
          args: ['web']
          env: variables
          resources: { cpu: json('0.5'), memory: '1Gi' }
          probes: [
            { type: 'Liveness', httpGet: { path: '/api/health/live', port: 3000 }, periodSeconds: 10, timeoutSeconds: 3 }
            { type: 'Readiness', httpGet: { path: '/api/health', port: 3000 }, periodSeconds: 10, timeoutSeconds: 5 }
          ]
        }
      ]
      scale: { minReplicas: 2, maxReplicas: 2 }
    }
  }
  dependsOn: [administrator]
}

@description('Give this identity the role of docs/azure-permissions.md in each subscription that is watched.')
output principalId string = identity.properties.principalId
output address string = 'https://${web.properties.configuration.ingress.fqdn}'
