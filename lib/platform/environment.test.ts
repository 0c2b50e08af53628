import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { parseDotenv } from './environment/dotenv.ts'
import { checkEnvironment, formatDurationSetting, maskPassword, parseDuration } from './environment.ts'

const entra = { DATABASE_AUTH: 'entra', AZURE_SUBSCRIPTION_IDS: '*' }

const check = (environment: Record<string, string>, dotenv: string | null = null) =>
  checkEnvironment(environment, { root: '/srv/peerwatch', dotenv })

function settingsOf(environment: Record<string, string>, dotenv: string | null = null) {
  const checked = check(environment, dotenv)
  if (!checked.ok) throw new Error(checked.faults.join('\n'))
  return checked.settings
}

function faultsOf(environment: Record<string, string>, dotenv: string | null = null): string[] {
  const checked = check(environment, dotenv)
  return checked.ok ? [] : checked.faults
}

it('OUTBOUND_ALLOW lists hosts, hosts with a port, and blocks', () => {
  const list = 'Hooks.example:8443, 10.20.0.0/16,127.0.0.1, [::1]:3000, fd00::5, [fd00::6], fd00::/8, nas.'
  expect(settingsOf({ OUTBOUND_ALLOW: list }).outboundAllow).toEqual([
    { host: 'hooks.example', port: 8443 },
    { cidr: '10.20.0.0/16' },
    { host: '127.0.0.1', port: null },
    { host: '::1', port: 3000 },
    { host: 'fd00::5', port: null },
    { host: 'fd00::6', port: null },
    { cidr: 'fd00::/8' },
    { host: 'nas', port: null },
  ])
})

it('BMP_LISTEN and ROUTERS_ALLOW say where routers report to, and which', () => {
  expect(settingsOf({ BMP_LISTEN: '127.0.0.1:11019' }).routers).toEqual({
    bmp: { host: '127.0.0.1', port: 11019 },
    syslog: null,
    bgp: null,
    neighbors: [],
    allow: [],
  })
  expect(settingsOf({ BMP_LISTEN: '[::]:5000', ROUTERS_ALLOW: '10.20.0.1, 10.20.1.0/24,fd00::/64' }).routers).toEqual({
    bmp: { host: '::', port: 5000 },
    syslog: null,
    bgp: null,
    neighbors: [],
    allow: [
      { address: '10.20.0.1', length: 32 },
      { address: '10.20.1.0', length: 24 },
      { address: 'fd00::', length: 64 },
    ],
  })
})

it('BGP_LISTEN, BGP_ASN and BGP_HOLD_TIME say what routers announce to', () => {
  const given = { BGP_LISTEN: '127.0.0.1:179', BGP_ASN: '4200000001' }
  const bgp = { host: '127.0.0.1', port: 179, asn: 4_200_000_001, holdSeconds: 9 }
  expect(settingsOf(given).routers).toEqual({ bmp: null, syslog: null, bgp, neighbors: [], allow: [] })
  expect(settingsOf({ ...given, BGP_HOLD_TIME: '3m' }).routers.bgp).toEqual({ ...bgp, holdSeconds: 180 })
  expect(settingsOf({ BGP_ASN: '65000' }).routers.bgp).toBeNull()
})

it('BGP_NEIGHBORS declares the ASNs of addresses, in canonical form', () => {
  const given = { BGP_NEIGHBORS: '10.20.0.1=65010, 10.20.0.1 = 4200000001,FD00:0::1=65011' }
  expect(settingsOf(given).routers.neighbors).toEqual([
    { address: '10.20.0.1', asn: 65_010 },
    { address: '10.20.0.1', asn: 4_200_000_001 },
    { address: 'fd00::1', asn: 65_011 },
  ])
})

describe('an empty environment', () => {
  it('has every default', () => {
    expect(settingsOf({})).toEqual({
      databaseUrl: null,
      databaseMigrateUrl: null,
      databaseReadUrl: null,
      databaseListenUrl: null,
      databaseAdminUrl: null,
      databaseProductRoles: [],
      databaseAuth: 'password',
      dataDir: '/srv/peerwatch/.data',
      host: '127.0.0.1',
      access: 'open',
      oidc: null,
      port: 3000,
      demo: true,
      azure: {
        subscriptions: [],
        resourceManagerUrl: 'https://management.azure.com',
        isPublicCloud: true,
        monitorMetricsUrl: null,
        retailPricesUrl: null,
        apiVersion: null,
        countsPosts: 'learn',
        identities: [],
      },
      poll: {
        sessionsMs: 60_000,
        circuitsMs: 60_000,
        routesMs: 300_000,
        inventoryMs: 600_000,
        metricsMs: 300_000,
        activityMs: 300_000,
      },
      startWithinMs: 5 * 60_000,
      retain: { rawMs: 14 * 86_400_000, historyMs: 400 * 86_400_000 },
      billingGbBytes: 1_000_000_000,
      log: { level: 'info', format: null },
      publicUrl: null,
      tls: null,
      trustProxy: false,
      mail: null,
      mailbox: null,
      alerting: { proofEveryMs: 600_000, proofUrl: null, heartbeatUrl: null, heartbeatEveryMs: 300_000 },
      outboundAllow: [],
      routers: { bmp: null, syslog: null, bgp: null, neighbors: [], allow: [] },
      secretsKey: null,
      telemetry: null,
      simulatorProfile: 'quick',
      simulatorControlUrl: null,
      warnings: [],
    })
  })

  it('treats an empty variable as unset', () => {
    const names = [
      'DATABASE_URL',
      'DATA_DIR',
      'HOST',
      'PORT',
      'AZURE_SUBSCRIPTION_IDS',
      'AZURE_RESOURCE_MANAGER_URL',
      'POLL_SESSIONS_EVERY',
      'START_WITHIN',
      'RETAIN_RAW',
      'BILLING_GB_BYTES',
      'LOG_LEVEL',
      'LOG_FORMAT',
      'IDENTITY_ENDPOINT',
      'IDENTITY_HEADER',
      'AZURE_CLIENT_SECRET',
    ]
    for (const blank of ['', '  ']) {
      expect(settingsOf(Object.fromEntries(names.map((name) => [name, blank])))).toEqual(settingsOf({}))
    }
  })
})

describe('a good value', () => {
  const id = '3f2504e0-4f89-41d3-9a0c-0305e82c3301'
  const cases: { name: string; environment: Record<string, string>; expected: object }[] = [
    {
      name: 'all subscriptions',
      environment: { AZURE_SUBSCRIPTION_IDS: '*' },
      expected: { demo: false, azure: { subscriptions: 'all' } },
    },
    {
      name: "the demo's profile",
      environment: { PEERWATCH_SIMULATOR_PROFILE: 'azure' },
      expected: { simulatorProfile: 'azure' },
    },
    {
      name: 'a list of subscriptions',
      environment: { AZURE_SUBSCRIPTION_IDS: `${id.toUpperCase()}, ${id},`.replace(/,$/, '') },
      expected: { azure: { subscriptions: [id] } },
    },
    {
      name: 'a simulated estate',
      environment: { AZURE_SUBSCRIPTION_IDS: '*', PEERWATCH_ESTATE: 'simulator' },
      expected: { demo: true },
    },
    {
      name: 'a sovereign cloud',
      environment: { AZURE_RESOURCE_MANAGER_URL: 'https://management.usgovcloudapi.net/' },
      expected: { azure: { resourceManagerUrl: 'https://management.usgovcloudapi.net', isPublicCloud: false } },
    },
    {
      name: 'a version of Azure’s API',
      environment: { AZURE_API_VERSION: '2025-05-01' },
      expected: { azure: { apiVersion: '2025-05-01' } },
    },
    {
      name: 'a provider that counts POSTs',
      environment: { ARM_COUNTS_POSTS: 'yes' },
      expected: { azure: { countsPosts: 'yes' } },
    },
    {
      name: 'the public cloud by name',
      environment: { AZURE_RESOURCE_MANAGER_URL: 'https://management.azure.com/' },
      expected: { azure: { isPublicCloud: true } },
    },
    {
      name: 'http on this machine',
      environment: {
        AZURE_RESOURCE_MANAGER_URL: 'http://127.0.0.1:8080',
        AZURE_RETAIL_PRICES_URL: 'http://localhost:81/x',
        AZURE_MONITOR_METRICS_URL: 'http://[::1]:9',
      },
      expected: {
        azure: {
          resourceManagerUrl: 'http://127.0.0.1:8080',
          retailPricesUrl: 'http://localhost:81/x',
          monitorMetricsUrl: 'http://[::1]:9',
        },
      },
    },
    {
      name: 'a link-local identity endpoint',
      environment: { IDENTITY_ENDPOINT: 'http://169.254.130.3:8081/msi/token', IDENTITY_HEADER: 'x' },
      expected: {},
    },
    {
      name: 'an Azure Arc identity endpoint',
      environment: {
        IDENTITY_ENDPOINT: 'http://localhost:40342/metadata/identity/oauth2/token',
        IMDS_ENDPOINT: 'http://localhost:40342',
      },
      expected: {},
    },
    {
      name: 'a collector for everything',
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_RESOURCE_ATTRIBUTES: 'a=b%2Cc, d=e' },
      expected: {
        telemetry: {
          serviceName: 'peerwatch',
          resource: { a: 'b,c', d: 'e' },
          metrics: { protocol: 'http/protobuf', intervalMs: 60_000, timeoutMs: 30_000 },
          traces: { sampler: { name: 'parentbased_always_on', ratio: 1 }, maxQueueSize: 2_048 },
          logs: { scheduledDelayMillis: 1_000 },
        },
        warnings: [],
      },
    },
    {
      name: 'a collector for metrics alone, each signal with its own protocol',
      environment: {
        OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'https://otlp.example/v1/metrics',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/protobuf',
        OTEL_METRIC_EXPORT_INTERVAL: '10000',
      },
      expected: {
        telemetry: {
          metrics: { protocol: 'http/protobuf', intervalMs: 10_000, timeoutMs: 10_000 },
          traces: null,
          logs: null,
        },
      },
    },
    {
      name: 'traces without an address, which then go to this machine',
      environment: { OTEL_TRACES_EXPORTER: 'otlp' },
      expected: { telemetry: { traces: { protocol: 'http/protobuf' }, metrics: null } },
    },
    {
      name: 'OpenTelemetry switched off',
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_SDK_DISABLED: 'true' },
      expected: { telemetry: null },
    },
    {
      name: 'a collector and no signal',
      environment: {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_TRACES_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'none',
      },
      expected: { telemetry: null },
    },
    {
      name: 'headers in plain http, with a warning for each signal',
      environment: {
        OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://collector:4318/v1/logs',
        OTEL_EXPORTER_OTLP_HEADERS: 'api-key=abcdefgh',
      },
      expected: { warnings: [expect.stringMatching(/^OTEL_EXPORTER_OTLP_HEADERS: logs go to .*plain http/)] },
    },
    ...[
      { HOST: '0.0.0.0', PUBLIC_URL: 'http://watch.example', warned: ['PUBLIC_URL'] },
      { HOST: '10.0.0.5', warned: ['HOST'] },
      { HOST: '10.0.0.5', PUBLIC_URL: 'https://watch.example', warned: [] },
      { PUBLIC_URL: 'http://127.0.0.1:3000', warned: [] },
      {
        DATABASE_URL: 'postgres://u@db1,db2/p?target_session_attrs=primary',
        DATABASE_READ_URL: 'postgres://u@db3/p',
        warned: ['DATABASE_URL', 'DATABASE_READ_URL'],
      },
      {
        DATABASE_URL: 'postgres://u@db1/p?sslmode=verify-full',
        DATABASE_READ_URL: 'postgres://u@db1/p?sslmode=allow',
        warned: ['DATABASE_READ_URL'],
      },
      { DATABASE_URL: 'postgres://u@db1/p?sslmode=disable', warned: [] },
      { DATABASE_URL: 'postgres://u@[::1]/p', DATABASE_READ_URL: 'postgres:///p?host=/run/postgresql', warned: [] },
    ].map(({ warned, ...environment }) => ({
      name: `what others may read: ${JSON.stringify(environment)}`,
      environment: environment as unknown as Record<string, string>,
      expected: { warnings: warned.map((variable) => expect.stringMatching(`^${variable}: `)) },
    })),
    {
      name: 'a certificate',
      environment: { TLS_CERT_FILE: 'tls.crt', TLS_KEY_FILE: '/etc/tls.key', PUBLIC_URL: 'https://watch.example:3000' },
      expected: { tls: { certFile: '/srv/peerwatch/tls.crt', keyFile: '/etc/tls.key' } },
    },
    {
      name: 'a database',
      environment: { DATABASE_URL: 'postgres://u:p%40w@db.example:6432/peers?sslmode=require' },
      expected: { databaseUrl: 'postgres://u:p%40w@db.example:6432/peers?sslmode=require' },
    },
    {
      name: 'a database on a socket',
      environment: { DATABASE_URL: 'postgresql:///peers?host=/run/postgresql' },
      expected: { databaseUrl: 'postgresql:///peers?host=/run/postgresql' },
    },
    {
      name: 'roles of a database',
      environment: {
        DATABASE_URL: 'postgres://product@h/d',
        DATABASE_MIGRATE_URL: 'postgres://owner@h/d',
        DATABASE_READ_URL: 'postgres://questions@replica/d',
      },
      expected: {
        databaseMigrateUrl: 'postgres://owner@h/d',
        databaseReadUrl: 'postgres://questions@replica/d',
      },
    },
    {
      name: 'a database of several hosts behind a pooler',
      environment: {
        DATABASE_URL: 'postgres://u:p%2Cw@db1,db2:6433/d?target_session_attrs=read-write&pgbouncer=true',
        DATABASE_LISTEN_URL: 'postgres://u:p%2Cw@db1,db2/d?target_session_attrs=primary',
        DATABASE_READ_URL: 'postgres://q@db1,db2/d?target_session_attrs=prefer-standby',
      },
      expected: {
        databaseListenUrl: 'postgres://u:p%2Cw@db1,db2/d?target_session_attrs=primary',
        databaseReadUrl: 'postgres://q@db1,db2/d?target_session_attrs=prefer-standby',
      },
    },
    { name: 'an absolute data folder', environment: { DATA_DIR: '/var/data' }, expected: { dataDir: '/var/data' } },
    { name: 'a relative data folder', environment: { DATA_DIR: '../b' }, expected: { dataDir: '/srv/b' } },
    {
      name: 'an IPv6 address to listen on',
      environment: { HOST: '[::1]', PORT: '65535' },
      expected: { host: '::1', port: 65535 },
    },
    {
      name: 'intervals',
      environment: { POLL_SESSIONS_EVERY: '500ms', POLL_ROUTES_EVERY: '1.5s', RETAIN_HISTORY: '3650d' },
      expected: { poll: { sessionsMs: 500, routesMs: 1_500 }, retain: { historyMs: 3650 * 86_400_000 } },
    },
    { name: 'a binary GB', environment: { BILLING_GB_BYTES: '1073741824' }, expected: { billingGbBytes: 2 ** 30 } },
    {
      name: 'a mail server',
      environment: { SMTP_URL: 'smtp://u:p%40w@mail.example:587', SMTP_FROM: 'Peerwatch <noc@mail.example>' },
      expected: { mail: { url: 'smtp://u:p%40w@mail.example:587', from: 'Peerwatch <noc@mail.example>' } },
    },
    {
      name: 'a mailbox of notices',
      environment: { IMAP_URL: 'imaps://noc:p%40w@imap.example/Notices', IMAP_FROM: 'Zayo.com, noc@carrier.example' },
      expected: {
        mailbox: {
          url: 'imaps://noc:p%40w@imap.example/Notices',
          from: ['zayo.com', 'noc@carrier.example'],
          authservId: 'imap.example',
        },
      },
    },
    {
      name: 'a mailbox behind another server',
      environment: { IMAP_URL: 'imaps://u:p@h', IMAP_FROM: 'zayo.com', IMAP_AUTHSERV_ID: 'mx.corp.example' },
      expected: { mailbox: { url: 'imaps://u:p@h', from: ['zayo.com'], authservId: 'mx.corp.example' } },
    },
    {
      name: 'where people reach the web',
      environment: { PUBLIC_URL: 'https://peerwatch.example/' },
      expected: { publicUrl: 'https://peerwatch.example' },
    },
    { name: 'a proxy whose headers are read', environment: { TRUST_PROXY: 'yes' }, expected: { trustProxy: true } },
    {
      name: 'an intranet without https, for links',
      environment: { PUBLIC_URL: 'http://peerwatch.lan:3000' },
      expected: { publicUrl: 'http://peerwatch.lan:3000' },
    },
    {
      name: 'logging',
      environment: { LOG_LEVEL: 'debug', LOG_FORMAT: 'json' },
      expected: { log: { level: 'debug', format: 'json' } },
    },
  ]
  it.each(cases)('is read: $name', ({ environment, expected }) => {
    expect(settingsOf(environment)).toMatchObject(expected)
  })
})

describe('a fault', () => {
  const cases: { environment: Record<string, string>; says: RegExp }[] = [
    { environment: { PORT: '99999' }, says: /^PORT: "99999" is not a whole number from 1 to 65535$/ },
    { environment: { PORT: '0' }, says: /^PORT: "0" is not/ },
    { environment: { PORT: '80a' }, says: /^PORT: "80a" is not/ },
    { environment: { HOST: 'http://localhost' }, says: /^HOST: "http:\/\/localhost" is not an address to listen on/ },
    { environment: { HOST: 'localhost:80' }, says: /^HOST: .*PORT/ },
    { environment: { ACCESS: 'public' }, says: /^ACCESS: "public" is unknown: use one of open, required$/ },
    {
      environment: { AZURE_SUBSCRIPTION_IDS: 'production' },
      says: /^AZURE_SUBSCRIPTION_IDS: "production" is not a subscription id/,
    },
    {
      environment: { AZURE_SUBSCRIPTION_IDS: '3f2504e0-4f89-41d3-9a0c-0305e82c3301,' },
      says: /^AZURE_SUBSCRIPTION_IDS: "" is not a subscription id/,
    },
    {
      environment: { AZURE_SUBSCRIPTION_IDS: '*,3f2504e0-4f89-41d3-9a0c-0305e82c3301' },
      says: /^AZURE_SUBSCRIPTION_IDS: "\*" is not/,
    },
    {
      environment: { AZURE_RESOURCE_MANAGER_URL: 'http://arm.example' },
      says: /^AZURE_RESOURCE_MANAGER_URL: .*plain http.*use https/,
    },
    { environment: { AZURE_RESOURCE_MANAGER_URL: 'http://127.0.0.1.example' }, says: /plain http/ },
    { environment: { AZURE_RESOURCE_MANAGER_URL: 'http://169.254.169.254' }, says: /plain http/ },
    { environment: { AZURE_RESOURCE_MANAGER_URL: 'management.azure.com' }, says: /is not an address/ },
    {
      environment: { AZURE_MONITOR_METRICS_URL: 'ftp://x' },
      says: /^AZURE_MONITOR_METRICS_URL: "ftp:\/\/x" is not an https address/,
    },
    { environment: { AZURE_RETAIL_PRICES_URL: 'https://x/y?z=1' }, says: /^AZURE_RETAIL_PRICES_URL: .*\? or #/ },
    { environment: { AZURE_AUTHORITY_HOST: 'http://login.example' }, says: /^AZURE_AUTHORITY_HOST: / },
    {
      environment: { IDENTITY_ENDPOINT: 'http://10.0.0.1/token', IDENTITY_HEADER: 'x' },
      says: /^IDENTITY_ENDPOINT: .*link-local/,
    },
    { environment: { IDENTITY_ENDPOINT: 'http://169.254.1.1/token' }, says: /^IDENTITY_HEADER: missing/ },
    { environment: { AZURE_CLIENT_SECRET: 'hunter22' }, says: /^AZURE_CLIENT_SECRET: set without/ },
    { environment: { AZURE_CLIENT_ID: 'me' }, says: /^AZURE_CLIENT_ID: "me"/ },
    { environment: { AZURE_TENANT_ID: 'a b' }, says: /^AZURE_TENANT_ID: "a b"/ },
    {
      environment: { DATABASE_URL: 'mysql://u:hunter22@h/d' },
      says: /^DATABASE_URL: "mysql:\/\/u:\*\*\*@h\/d" is not a PostgreSQL address/,
    },
    { environment: { DATABASE_URL: 'postgres://u:hunter22@h' }, says: /^DATABASE_URL: .*names no database/ },
    { environment: { DATABASE_URL: 'postgres:///d' }, says: /^DATABASE_URL: .*names no host/ },
    { environment: { DATABASE_URL: 'postgres://u:hunter22@h:port/d' }, says: /^DATABASE_URL: .*is not an address/ },
    {
      environment: { DATABASE_URL: 'host=db user=u password=hunter22 dbname=peers' },
      says: /^DATABASE_URL: "host=db user=u password=\*\*\* dbname=peers" is not an address: write it like postgresql/,
    },
    { environment: { DATABASE_URL: 'u:hunter22@h/d' }, says: /^DATABASE_URL: "u:\*\*\*@h\/d" is not a PostgreSQL/ },
    { environment: { DATABASE_URL: 'postgresql:u:hunter22@h/d' }, says: /^DATABASE_URL: .*names no host/ },
    { environment: { DATABASE_URL: 'postgresql://u:hunter22%@h/d' }, says: /^DATABASE_URL: .*holds a %.*%25/ },
    { environment: { DATABASE_URL: 'postgresql://h/%zz' }, says: /^DATABASE_URL: .*holds a %/ },
    { environment: { DATABASE_READ_URL: 'postgres://u@h/d' }, says: /^DATABASE_READ_URL: set without DATABASE_URL/ },
    { environment: { DATABASE_MIGRATE_URL: 'postgres://u@h/d' }, says: /^DATABASE_MIGRATE_URL: set without/ },
    {
      environment: { DATABASE_URL: 'postgres://u@h/d', DATABASE_READ_URL: 'postgres://u:hunter22@h' },
      says: /^DATABASE_READ_URL: .*names no database/,
    },
    {
      environment: { DATABASE_URL: 'postgres://u:hunter22@db1,db2/d' },
      says: /^DATABASE_URL: several hosts without target_session_attrs.*add target_session_attrs=read-write$/,
    },
    {
      environment: { DATABASE_URL: 'postgres://u:hunter22@db1,,db2/d' },
      says: /^DATABASE_URL: "postgres:\/\/u:\*\*\*@db1,,db2\/d" is not an address/,
    },
    {
      environment: { DATABASE_URL: 'postgres://u:hunter22@db1,db2:0/d?target_session_attrs=primary' },
      says: /^DATABASE_URL: "postgres:\/\/u:\*\*\*@db1,db2:0.*has port 0/,
    },
    {
      environment: { DATABASE_URL: 'postgres://u@db1,db2/d?target_session_attrs=standby' },
      says: /^DATABASE_URL: target_session_attrs=standby leads to a server that only reads: use read-write$/,
    },
    {
      environment: { DATABASE_URL: 'postgres://u:hunter22@db1/d?target_session_attrs=master' },
      says: /^DATABASE_URL: .*target_session_attrs=master, which is not one of any, read-write, read-only, primary, standby/,
    },
    {
      environment: { DATABASE_URL: 'postgres://u@pool/d?pgbouncer=true' },
      says: /^DATABASE_LISTEN_URL: missing, though DATABASE_URL has pgbouncer=true/,
    },
    {
      environment: { DATABASE_URL: 'postgres://u@h/d', DATABASE_MIGRATE_URL: 'postgres://o@pool/d?pgbouncer=true' },
      says: /^DATABASE_MIGRATE_URL: has pgbouncer=true, and needs a session of its own/,
    },
    { environment: { DATABASE_AUTH: 'kerberos' }, says: /^DATABASE_AUTH: "kerberos"/ },
    { environment: { DATABASE_AUTH: 'entra' }, says: /^DATABASE_AUTH: entra without DATABASE_URL/ },
    {
      environment: { DATABASE_AUTH: 'entra', DATABASE_URL: 'postgres://u@h/d?sslmode=verify-full' },
      says: /^DATABASE_AUTH: entra, but the demo/,
    },
    {
      environment: { ...entra, DATABASE_URL: 'postgres://u:hunter22@h/d?sslmode=verify-full' },
      says: /^DATABASE_URL: has a password, though DATABASE_AUTH is entra/,
    },
    { environment: { ...entra, DATABASE_URL: 'postgres://h/d?sslmode=require' }, says: /^DATABASE_URL: names no user/ },
    {
      environment: {
        ...entra,
        DATABASE_URL: 'postgres://u@127.0.0.1/d',
        DATABASE_READ_URL: 'postgres://u@h/d?sslmode=prefer',
      },
      says: /^DATABASE_READ_URL: would send a token unencrypted: add sslmode=verify-full/,
    },
    { environment: { DATABASE_LISTEN_URL: 'postgres://u@h/d' }, says: /^DATABASE_LISTEN_URL: set without/ },
    { environment: { POLL_SESSIONS_EVERY: '60' }, says: /^POLL_SESSIONS_EVERY: "60" is not a duration: write it like/ },
    {
      environment: { POLL_ROUTES_EVERY: '10ms' },
      says: /^POLL_ROUTES_EVERY: "10ms" is out of range: use 100ms to 1d$/,
    },
    { environment: { POLL_CIRCUITS_EVERY: '-5s' }, says: /is not a duration/ },
    { environment: { POLL_INVENTORY_EVERY: '5 minutes' }, says: /is not a duration/ },
    { environment: { POLL_METRICS_EVERY: '2d' }, says: /out of range/ },
    { environment: { POLL_ACTIVITY_EVERY: '1w' }, says: /is not a duration/ },
    { environment: { START_WITHIN: '9s' }, says: /^START_WITHIN: "9s" is out of range: use 10s to 1d/ },
    { environment: { RETAIN_RAW: '5m' }, says: /^RETAIN_RAW: "5m" is out of range: use 1h to 36500d/ },
    { environment: { BILLING_GB_BYTES: '1e9' }, says: /^BILLING_GB_BYTES: / },
    { environment: { SMTP_URL: 'smtp://mail.example' }, says: /^SMTP_FROM: missing, though SMTP_URL is set/ },
    { environment: { SMTP_FROM: 'noc@mail.example' }, says: /^SMTP_URL: missing/ },
    { environment: { IMAP_URL: 'imaps://u:p@mail.example' }, says: /^IMAP_FROM: missing, though IMAP_URL is set/ },
    {
      environment: { IMAP_URL: 'pop3://u:hunter22@h', IMAP_FROM: 'a.b' },
      says: /^IMAP_URL: .*\*\*\*.* is not a mailbox/,
    },
    { environment: { IMAP_URL: 'imaps://mail.example', IMAP_FROM: 'a.b' }, says: /^IMAP_URL: .*no user and password/ },
    { environment: { IMAP_URL: 'imaps://u:p@h', IMAP_FROM: 'a b' }, says: /^IMAP_FROM: "a b" is no sender/ },
    { environment: { IMAP_AUTHSERV_ID: 'a; b' }, says: /^IMAP_AUTHSERV_ID: "a; b" is not the name of a mail server/ },
    {
      environment: { SMTP_URL: 'http://u:hunter22@mail.example', SMTP_FROM: 'a@b' },
      says: /^SMTP_URL: "http:\/\/u:\*\*\*@mail.example" is not a mail server/,
    },
    { environment: { SMTP_URL: 'u:hunter22@mail.example:587', SMTP_FROM: 'a@b' }, says: /^SMTP_URL: .*mail server/ },
    {
      environment: { SMTP_URL: 'smtp://u%zz:hunter22@mail.example', SMTP_FROM: 'a@b' },
      says: /^SMTP_URL: .*holds a %/,
    },
    { environment: { SMTP_URL: 'smtp://mail.example/x', SMTP_FROM: 'a@b' }, says: /^SMTP_URL: .*more than a host/ },
    { environment: { SMTP_URL: 'smtp://mail.example', SMTP_FROM: 'noc' }, says: /^SMTP_FROM: "noc" is not a sender/ },
    { environment: { BMP_LISTEN: '11019' }, says: /^BMP_LISTEN: "11019" is not an address with a port/ },
    { environment: { BMP_LISTEN: '127.0.0.1:0' }, says: /^BMP_LISTEN: .*10.20.254.5:11019/ },
    { environment: { BMP_LISTEN: 'fd00::5:11019' }, says: /^BMP_LISTEN: .*\[fd00::5\]:11019/ },
    {
      environment: { BMP_LISTEN: '0.0.0.0:11019' },
      says: /^ROUTERS_ALLOW: missing, though BMP_LISTEN is reachable from other machines/,
    },
    { environment: { SYSLOG_LISTEN: '5514' }, says: /^SYSLOG_LISTEN: "5514" is not an address with a port/ },
    {
      environment: { SYSLOG_LISTEN: '0.0.0.0:5514' },
      says: /^ROUTERS_ALLOW: missing, though SYSLOG_LISTEN is reachable from other machines/,
    },
    { environment: { BGP_LISTEN: '10.20.254.5', BGP_ASN: '65000' }, says: /^BGP_LISTEN: .*not an address with a port/ },
    { environment: { BGP_LISTEN: '127.0.0.1:179' }, says: /^BGP_ASN: missing, though BGP_LISTEN is set: give the ASN/ },
    { environment: { BGP_ASN: '0' }, says: /^BGP_ASN: "0" is not a whole number from 1 to 4294967295/ },
    { environment: { BGP_ASN: '4294967296' }, says: /^BGP_ASN: "4294967296" is not a whole number/ },
    { environment: { BGP_HOLD_TIME: '2s' }, says: /^BGP_HOLD_TIME: "2s" is out of range: use 3s to 10m/ },
    { environment: { BGP_HOLD_TIME: '3500ms' }, says: /^BGP_HOLD_TIME: 3500ms is no whole number of seconds/ },
    {
      environment: { BGP_LISTEN: '0.0.0.0:179', BGP_ASN: '65000' },
      says: /^ROUTERS_ALLOW: missing, though BGP_LISTEN is reachable from other machines/,
    },
    { environment: { BGP_NEIGHBORS: '10.20.0.1' }, says: /^BGP_NEIGHBORS: "10.20.0.1" is not an address with an ASN/ },
    { environment: { BGP_NEIGHBORS: 'ce1=65010' }, says: /^BGP_NEIGHBORS: .*10.20.0.1=65010/ },
    { environment: { BGP_NEIGHBORS: '10.20.0.1=4294967296' }, says: /^BGP_NEIGHBORS: "10.20.0.1=4294967296"/ },
    { environment: { BGP_NEIGHBORS: '10.20.0.1=0' }, says: /^BGP_NEIGHBORS: "10.20.0.1=0"/ },
    { environment: { ROUTERS_ALLOW: '10.20.0.0/33' }, says: /^ROUTERS_ALLOW: "10.20.0.0\/33" is no address/ },
    { environment: { ROUTERS_ALLOW: 'ce1.example' }, says: /^ROUTERS_ALLOW: "ce1.example" is no address/ },
    {
      environment: { OUTBOUND_ALLOW: 'https://hooks.example/x' },
      says: /^OUTBOUND_ALLOW: .*is not a destination.*host:port/,
    },
    { environment: { OUTBOUND_ALLOW: '10.0.0.0/33' }, says: /^OUTBOUND_ALLOW: "10.0.0.0\/33" is not a destination/ },
    { environment: { OUTBOUND_ALLOW: 'a.example,,b.example' }, says: /^OUTBOUND_ALLOW: "" is not a destination/ },
    { environment: { OUTBOUND_ALLOW: '10.0.0' }, says: /^OUTBOUND_ALLOW: "10.0.0" is not a destination/ },
    {
      environment: { OUTBOUND_ALLOW: 'a.example:70000' },
      says: /^OUTBOUND_ALLOW: "a.example:70000" is not a destination/,
    },
    { environment: { SECRETS_KEY: 'hunter22' }, says: /^SECRETS_KEY: is too short/ },
    {
      environment: { PUBLIC_URL: 'https://noc.example/peerwatch' },
      says: /^PUBLIC_URL: .*has the path \/peerwatch, .* a name of its own, such as https:\/\/peerwatch\.noc\.example$/,
    },
    { environment: { PUBLIC_URL: 'http://10.0.0.5/noc' }, says: /such as https:\/\/peerwatch\.example\.com$/ },
    { environment: { PUBLIC_URL: 'peerwatch.example' }, says: /^PUBLIC_URL: .*is not an address.*peerwatch/ },
    { environment: { LOG_LEVEL: 'loud' }, says: /^LOG_LEVEL: "loud" is unknown: use one of trace, debug/ },
    {
      environment: { PEERWATCH_SIMULATOR_PROFILE: 'slow' },
      says: /^PEERWATCH_SIMULATOR_PROFILE: "slow" is unknown: use one of quick, azure$/,
    },
    {
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' },
      says: /^OTEL_EXPORTER_OTLP_ENDPOINT: is not an address: write it like http:\/\/127/,
    },
    {
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://u:hunter22@otlp.example' },
      says: /^OTEL_EXPORTER_OTLP_ENDPOINT: carries a user name or password: send these by OTEL_EXPORTER_OTLP_HEADERS/,
    },
    {
      environment: { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      says: /^OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" is not spoken/,
    },
    {
      environment: { OTEL_EXPORTER_OTLP_HEADERS: 'hunter22' },
      says: /^OTEL_EXPORTER_OTLP_HEADERS: is not a list of pairs/,
    },
    {
      environment: { OTEL_EXPORTER_OTLP_LOGS_TIMEOUT: '10s' },
      says: /^OTEL_EXPORTER_OTLP_LOGS_TIMEOUT: "10s" is not a/,
    },
    { environment: { OTEL_METRICS_EXPORTER: 'prometheus' }, says: /^OTEL_METRICS_EXPORTER: .*use one of otlp, none/ },
    { environment: { OTEL_TRACES_SAMPLER: 'jaeger_remote' }, says: /^OTEL_TRACES_SAMPLER: "jaeger_remote" is unknown/ },
    {
      environment: { OTEL_TRACES_SAMPLER_ARG: '5' },
      says: /^OTEL_TRACES_SAMPLER_ARG: "5" is not a number from 0 to 1/,
    },
    { environment: { TLS_KEY_FILE: 'x', PUBLIC_URL: 'https://w.example' }, says: /^TLS_CERT_FILE: missing/ },
    { environment: { TLS_KEY_FILE: 'x', TLS_CERT_FILE: 'y' }, says: /^PUBLIC_URL: give the https address/ },
    { environment: { LOG_FORMAT: 'xml' }, says: /^LOG_FORMAT: "xml" is unknown: use one of pretty, json$/ },
  ]
  it.each(cases)('$environment', ({ environment, says }) => {
    const faults = faultsOf(environment)
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatch(says)
    expect(faults[0]).not.toContain('hunter22')
  })

  it('has a line of its own for each wrong variable', () => {
    expect(faultsOf({ PORT: 'x', HOST: '!', LOG_LEVEL: 'y' }).map((fault) => fault.split(':')[0])).toEqual([
      'HOST',
      'PORT',
      'LOG_LEVEL',
    ])
  })

  it('fits on one line whatever the value', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom(
          'PORT',
          'HOST',
          'DATABASE_URL',
          'AZURE_SUBSCRIPTION_IDS',
          'AZURE_RESOURCE_MANAGER_URL',
          'LOG_LEVEL',
          'START_WITHIN',
          'RETAIN_RAW',
        ),
        (value, name) => {
          for (const fault of faultsOf({ [name]: value })) {
            expect(fault).toMatch(/^[^\n\r]+$/)
            expect(fault.length).toBeLessThan(400)
          }
        },
      ),
    )
  })
})

describe('ACCESS', () => {
  const SUBSCRIPTION = '3f2504e0-4f89-41d3-9a0c-0305e82c3301'
  const beyond = [
    '0.0.0.0',
    '::',
    '[::]',
    '0',
    '10.0.0.5',
    'fe80::1',
    '::ffff:10.0.0.5',
    'peerwatch.example',
    'localhost.example',
    '127.0.0.1.example',
  ]

  it.each(beyond)('is required on %s unless it is open by name', (host) => {
    const values = { HOST: host, PUBLIC_URL: 'http://edge.lan' }
    expect(settingsOf(values)).toMatchObject({ access: 'required' })
    expect(settingsOf({ ...values, ACCESS: 'open' })).toMatchObject({ access: 'open' })
  })

  it.each([
    '127.0.0.1',
    '127.8.9.1',
    '127.1',
    '::1',
    '[0:0:0:0:0:0:0:1]',
    '::ffff:127.0.0.1',
    'localhost',
    'LocalHost',
  ])('is open for the demo on %s, and required with subscriptions', (host) => {
    expect(settingsOf({ HOST: host })).toMatchObject({ access: 'open' })
    expect(settingsOf({ HOST: host, PEERWATCH_ESTATE: 'simulator', AZURE_SUBSCRIPTION_IDS: '*' }).access).toBe('open')
    expect(settingsOf({ HOST: host, AZURE_SUBSCRIPTION_IDS: SUBSCRIPTION }).access).toBe('required')
    expect(settingsOf({ HOST: host, PEERWATCH_ESTATE: 'azure' }).access).toBe('required')
    expect(settingsOf({ HOST: host, ACCESS: 'required' }).access).toBe('required')
    expect(settingsOf({ HOST: host, ACCESS: 'open', AZURE_SUBSCRIPTION_IDS: '*' }).access).toBe('open')
  })

  it.each([
    ['0.0.0.0', true],
    ['[::]', true],
    ['0', true],
    ['10.0.0.5', false],
    ['peerwatch.example', false],
  ])('where it listens on %s, people need its address: %s', (host, isNeeded) => {
    const faults = faultsOf({ HOST: host, ACCESS: 'open' })
    expect(faults).toEqual(isNeeded ? [expect.stringMatching(/^PUBLIC_URL: missing, though HOST/)] : [])
  })
})

describe('OpenID Connect', () => {
  const all = {
    OIDC_ISSUER: 'https://login.microsoftonline.com/0a000000-0000-4000-8000-000000000001/v2.0/',
    OIDC_CLIENT_ID: 'peerwatch',
    OIDC_CLIENT_SECRET: 'a-secret-of-the-client',
  }

  it('takes its roles from a claim', () => {
    expect(settingsOf(all).oidc).toEqual({
      issuer: 'https://login.microsoftonline.com/0a000000-0000-4000-8000-000000000001/v2.0',
      clientId: 'peerwatch',
      clientSecret: 'a-secret-of-the-client',
      roleClaim: 'roles',
      signInEveryMs: 30 * 86_400_000,
    })
    expect(settingsOf({ ...all, OIDC_ROLE_CLAIM: 'groups' }).oidc?.roleClaim).toBe('groups')
    expect(settingsOf({ ...all, OIDC_SIGN_IN_EVERY: '7d' }).oidc?.signInEveryMs).toBe(7 * 86_400_000)
    expect(settingsOf({ ...all, OIDC_ISSUER: 'http://127.0.0.1:4000' }).oidc?.issuer).toBe('http://127.0.0.1:4000')
  })

  it.each([
    ['OIDC_CLIENT_ID', { ...all, OIDC_CLIENT_ID: '' }],
    ['OIDC_CLIENT_SECRET', { ...all, OIDC_CLIENT_SECRET: '' }],
    ['OIDC_ISSUER', { OIDC_ROLE_CLAIM: 'roles' }],
    ['OIDC_ISSUER', { OIDC_SIGN_IN_EVERY: '30d' }],
    ['OIDC_SIGN_IN_EVERY', { ...all, OIDC_SIGN_IN_EVERY: '6d' }],
    ['OIDC_SIGN_IN_EVERY', { ...all, OIDC_SIGN_IN_EVERY: '366d' }],
    ['OIDC_ISSUER', { ...all, OIDC_ISSUER: 'http://idp.example' }],
    ['OIDC_ROLE_CLAIM', { ...all, OIDC_ROLE_CLAIM: 'my roles' }],
  ])('a fault names %s', (name, values) => {
    expect(faultsOf(values)).toEqual([expect.stringMatching(new RegExp(`^${name}: `))])
  })
})

describe('.env', () => {
  const scratch: string[] = []
  afterEach(() => scratch.splice(0).forEach((folder) => rmSync(folder, { recursive: true })))
  const folder = () => {
    const made = mkdtempSync(path.join(tmpdir(), 'peerwatch-env-'))
    scratch.push(made)
    return made
  }

  it('is read from the root folder, and the process overrides it, even with an empty value', () => {
    const root = folder()
    writeFileSync(path.join(root, '.env'), 'PORT=4000\nHOST=127.0.0.2\nAZURE_SUBSCRIPTION_IDS=*\n')
    const checked = checkEnvironment({ PORT: '5000', AZURE_SUBSCRIPTION_IDS: '' }, { root })
    expect(checked).toMatchObject({ ok: true, settings: { port: 5000, host: '127.0.0.2', demo: true } })
  })

  it('is not read again by a child of npm start', () => {
    const root = folder()
    writeFileSync(path.join(root, '.env'), 'PORT=4000\nAZURE_CLIENT_SECRET=hunter22\n')
    const checked = checkEnvironment({ PEERWATCH_ENVIRONMENT: 'complete' }, { root })
    expect(checked).toMatchObject({ ok: true, settings: { port: 3000 } })
    expect(JSON.stringify(checked)).not.toContain('hunter22')
  })

  it('is optional', () => {
    expect(checkEnvironment({}, { root: folder() }).ok).toBe(true)
  })

  it('that is a folder is one fault', () => {
    const root = folder()
    mkdirSync(path.join(root, '.env'))
    expect(checkEnvironment({}, { root })).toMatchObject({
      ok: false,
      faults: [expect.stringMatching(/^\.env can't be read/)],
    })
  })

  const cases: { name: string; text: string; values: Record<string, string>; faults: number }[] = [
    {
      name: 'comments, blank lines, export, spaces',
      text: '# c\n\nexport A = 1 \nB=2 # two\r\n',
      values: { A: '1', B: '2' },
      faults: 0,
    },
    { name: 'a hash inside a bare value', text: 'A=x#y\nB=#z', values: { A: 'x#y', B: '' }, faults: 0 },
    {
      name: 'quotes',
      text: `A='a "b" # c' # d\nB="x\\n\\"y\\" \\\\"`,
      values: { A: 'a "b" # c', B: 'x\n"y" \\' },
      faults: 0,
    },
    { name: 'a byte-order mark', text: '\uFEFFA=1', values: { A: '1' }, faults: 0 },
    { name: 'a quote that is not closed', text: 'A="x\nB=1', values: { B: '1' }, faults: 1 },
    { name: 'a line that is none', text: 'PORT 80', values: {}, faults: 1 },
  ]
  it.each(cases)('knows $name', ({ text, values, faults }) => {
    const read = parseDotenv(text)
    expect(read.values).toEqual(values)
    expect(read.faults).toHaveLength(faults)
  })

  it('never prints a line that it cannot read', () => {
    expect(faultsOf({}, 'AZURE_CLIENT_SECRET="hunter22')).toEqual([expect.not.stringContaining('hunter22')])
  })
})

describe('durations', () => {
  const unit = fc.constantFrom('ms', 's', 'm', 'h', 'd')
  const size = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 }

  it('are number times unit', () => {
    fc.assert(
      fc.property(fc.nat(1e6), unit, (n, u) => {
        expect(parseDuration(`${n}${u}`)).toBe(n * size[u as keyof typeof size])
      }),
    )
  })

  it('survive being written and read', () => {
    fc.assert(
      fc.property(fc.nat(), (ms) => {
        expect(parseDuration(formatDurationSetting(ms))).toBe(ms)
      }),
    )
  })

  it('may be fractions of whole milliseconds', () => {
    expect([parseDuration('0.5s'), parseDuration('1.001s'), parseDuration('0.5ms'), parseDuration('2.5m')]).toEqual([
      500,
      1001,
      null,
      150_000,
    ])
  })

  it('are nothing else', () => {
    const strange = fc.string().filter((text) => !/^\d+(\.\d+)?(ms|s|m|h|d)$/.test(text))
    fc.assert(
      fc.property(strange, (text) => {
        expect(parseDuration(text)).toBeNull()
      }),
    )
  })
})

describe('masking', () => {
  it('leaves no password in an address', () => {
    const password = fc.stringMatching(/^[A-Za-z0-9!$^*]{8,20}$/)
    fc.assert(
      fc.property(password, (secret) => {
        expect(maskPassword(`postgres://user:${secret}@host/db`)).not.toContain(secret)
        expect(maskPassword(`postgres://user:a@${secret}@host/db`)).not.toContain(secret)
        expect(maskPassword(`postgres://host/db?password=${secret}&x=1`)).not.toContain(secret)
        expect(maskPassword(`postgres:/user:${secret}@host/db`)).not.toContain(secret)
        expect(maskPassword(`//user:a//b${secret}@host/db`)).not.toContain(secret)
        expect(maskPassword(`user=u password = '${secret} ${secret}' host=h`)).not.toContain(secret)
        expect(maskPassword(`Server=h;Pwd=${secret};Database=d`)).not.toContain(secret)
      }),
    )
  })
})
