// Peerwatch on Azure Container Apps with Azure Database for PostgreSQL: an identity each for migrations (administers the database), workers
// (read Azure and write rows) and the web (writes rows, has no right in Azure); none has a password. NOT YET DEPLOYED by its authors: read it as a beginning, and see docs/operations.md, Delivery.
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

resource migrateIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-peerwatch-migrate'
  location: location
}
resource workerIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-peerwatch-worker'
  location: location
}
resource webIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-peerwatch-web'
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

// it owns what migrations make; the roles of workers and web are made once, see docs/operations.md, Delivery
module administrator 'administrator.bicep' = {
  name: 'administrator'
  params: {
    server: postgres.name
    principalId: migrateIdentity.properties.principalId
    principalName: migrateIdentity.name
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

var server = '${postgres.properties.fullyQualifiedDomainName}/${database}?sslmode=verify-full'
var common = [
  { name: 'DATABASE_AUTH', value: 'entra' }
  { name: 'PUBLIC_URL', value: 'https://${publicHost}' }
  { name: 'DATA_DIR', value: '/tmp/peerwatch' }
  { name: 'PEERWATCH_ESTATE', value: 'azure' }
]
var migrateVariables = concat(common, [
  { name: 'DATABASE_URL', value: 'postgresql://${migrateIdentity.name}@${server}' }
  { name: 'DATABASE_PRODUCT_ROLES', value: '${workerIdentity.name},${webIdentity.name}' }
  { name: 'AZURE_CLIENT_ID', value: migrateIdentity.properties.clientId }
])
var workerVariables = concat(common, [
  { name: 'DATABASE_URL', value: 'postgresql://${workerIdentity.name}@${server}' }
  { name: 'AZURE_CLIENT_ID', value: workerIdentity.properties.clientId }
  { name: 'AZURE_SUBSCRIPTION_IDS', value: subscriptionIds }
  { name: 'PROOF_URL', value: 'https://peerwatch-web.${environment.properties.defaultDomain}' }
  { name: 'SECRETS_KEY', secretRef: 'secrets-key' }
])
var webVariables = concat(common, [
  { name: 'DATABASE_URL', value: 'postgresql://${webIdentity.name}@${server}' }
  { name: 'AZURE_CLIENT_ID', value: webIdentity.properties.clientId }
  { name: 'PROOF_URL', value: 'https://peerwatch-web.${environment.properties.defaultDomain}' }
  { name: 'TRUST_PROXY', value: 'yes' }
  { name: 'SECRETS_KEY', secretRef: 'secrets-key' }
])
var secrets = [{ name: 'secrets-key', value: secretsKey }]

// run once before each new version of web and workers: az containerapp job start --name peerwatch-migrate
resource migrate 'Microsoft.App/jobs@2024-03-01' = {
  name: 'peerwatch-migrate'
  location: location
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${migrateIdentity.id}': {} } }
  properties: {
    environmentId: environment.id
    configuration: {
      triggerType: 'Manual'
      replicaTimeout: 900
      replicaRetryLimit: 1
      manualTriggerConfig: { parallelism: 1, replicaCompletionCount: 1 }
    }
    template: {
      containers: [
        { name: 'migrate', image: image, args: ['migrate'], env: migrateVariables, resources: { cpu: json('0.5'), memory: '1Gi' } }
      ]
    }
  }
  dependsOn: [administrator]
}

resource worker 'Microsoft.App/containerApps@2024-03-01' = {
  name: 'peerwatch-worker'
  location: location
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${workerIdentity.id}': {} } }
  properties: {
    environmentId: environment.id
    configuration: { secrets: secrets }
    template: {
      terminationGracePeriodSeconds: 20
      containers: [
        { name: 'worker', image: image, args: ['worker'], env: workerVariables, resources: { cpu: json('0.5'), memory: '1Gi' } }
      ]
      scale: { minReplicas: workers, maxReplicas: workers }
    }
  }
  dependsOn: [administrator]
}

resource web 'Microsoft.App/containerApps@2024-03-01' = {
  name: 'peerwatch-web'
  location: location
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${webIdentity.id}': {} } }
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
          env: webVariables
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

@description('Give this identity, the workers’, the role of docs/azure-permissions.md in each subscription that is watched.')
output principalId string = workerIdentity.properties.principalId
output address string = 'https://${web.properties.configuration.ingress.fqdn}'
