import { spawn } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { buildEmbeddedUrl, findFreePort } from '#lib/platform/bootstrap/postgres.ts'
import { createDatabase } from '#lib/platform/database.ts'
import { startBenchPostgresServer } from '../history/server.ts'
import { killProcessAndWait } from '../simulator/daemons/namespaces.ts'
import { EXPORTER_PORT } from './site-routers.ts'
import {
  writeConfigFiles,
  FAULTLESS_ADVERTISED_PREFIX_COUNT,
  findProgramPathOrThrow,
  type NocSystemStartOptions,
  type StartedNocSystem,
  type NocSystem,
  listMonitoringTargets,
} from './systems.ts'

/** Constants of Zabbix's API: https://www.zabbix.com/documentation/6.0/en/manual/api/reference */
const TYPES = { simple: 3, dependent: 18, httpAgent: 19 } as const
const VALUES = { float: 0, text: 4 } as const
const PROMETHEUS_PATTERN = 22
const DISASTER = 5
const SCRIPT = 1
const ADMIN = '1'

type Call = <Result = Record<string, string[]>>(method: string, params: unknown) => Promise<Result>

/** Starts Zabbix with a separate PostgreSQL. The API of its frontend configures it before it starts. */
async function zabbix(start: NocSystemStartOptions): Promise<StartedNocSystem> {
  const { setting, folder, management } = start
  const isTuned = setting === 'tuned'
  const sockets = path.join(folder, 'sql')
  mkdirSync(sockets)
  chmodSync(sockets, 0o777)
  const postgres = await startBenchPostgresServer([`unix_socket_directories=${sockets}`])
  try {
    const words = readFileSync(`/proc/${postgres.pid}/cmdline`, 'utf8').split('\0')
    const port = Number(words[words.indexOf('-p') + 1])
    const url = buildEmbeddedUrl(port, 'bench', 'zabbix')
    const user = new URL(url).username
    const admin = createDatabase(buildEmbeddedUrl(port, 'bench', 'postgres'), { max: 1, applicationName: 'noc-stack' })
    await admin.pool.query('CREATE DATABASE zabbix')
    await admin.close()
    const db = createDatabase(url, { max: 1, applicationName: 'noc-stack' })
    for (const file of ['schema', 'images', 'data'])
      await db.pool.query(gunzipSync(readFileSync(`/usr/share/zabbix-server-pgsql/${file}.sql.gz`)).toString())
    // without this statement, Zabbix would also monitor itself
    await db.pool.query("UPDATE hosts SET status = 1 WHERE host = 'Zabbix server'")
    await db.close()
    const tuning = isTuned ? 'StartPollers=10\nStartPingers=5\nStartPreprocessors=3' : ''
    const values = { sockets, port, user, tuning, listen: isTuned ? 10_151 : 10_051 }
    writeConfigFiles(start, ['zabbix_server.conf', 'zabbix.conf.php', 'zabbix.sh', 'hook.sh'], values)
    await withApi(folder, (call) => configure(call, start, isTuned))
    const args = ['-f', '-c', path.join(folder, 'zabbix_server.conf')]
    const server = await management.run(findProgramPathOrThrow('zabbix_server'), args)
    return { pids: [server, postgres.pid], folder: words[words.indexOf('-D') + 1], stop: () => postgres.stop() }
  } catch (error) {
    await postgres.stop()
    throw error
  }
}

/** Runs the frontend on this machine's loopback address while it is configured. */
async function withApi(folder: string, work: (call: Call) => Promise<void>): Promise<void> {
  const web = path.join(folder, 'web')
  cpSync('/usr/share/zabbix', web, { recursive: true, verbatimSymlinks: true })
  // Debian's path is a constant in this source file
  const source = path.join(web, 'include/classes/core/CConfigFile.php')
  const text = readFileSync(source, 'utf8')
  writeFileSync(source, text.replace('/etc/zabbix/zabbix.conf.php', `${folder}/zabbix.conf.php`))
  const url = `http://127.0.0.1:${await findFreePort()}`
  const limits = ['memory_limit=256M', 'post_max_size=16M', 'max_execution_time=300'].flatMap((one) => ['-d', one])
  const php = spawn('php', [...limits, '-S', url.slice('http://'.length), '-t', web], { stdio: 'ignore' })
  let auth: string | null = null
  const call = async <Result>(method: string, params: unknown) => {
    const body = JSON.stringify({ jsonrpc: '2.0', method, params, id: 1, auth })
    const headers = { 'content-type': 'application/json-rpc' }
    const answer = await (await fetch(`${url}/api_jsonrpc.php`, { method: 'POST', headers, body })).text()
    const { result } = JSON.parse(answer.startsWith('{') ? answer : '{}') as { result?: Result }
    if (result === undefined) throw new Error(`Zabbix refuses ${method}: ${answer.slice(0, 300)}`)
    return result
  }
  try {
    for (let tries = 0; !(await fetch(`${url}/robots.txt`).catch(() => null))?.ok; tries++) {
      if (tries > 300) throw new Error('php does not answer')
      await delay(100)
    }
    auth = await call<string>('user.login', { username: 'Admin', password: 'zabbix' })
    await work(call)
  } finally {
    await killProcessAndWait(php)
  }
}

async function configure(call: Call, { sites }: NocSystemStartOptions, isTuned: boolean): Promise<void> {
  const every = isTuned ? '5s' : '1m'
  const { groupids } = await call('hostgroup.create', { name: 'routers' })
  const hosts = listMonitoringTargets(sites).map(({ site, on, ...target }) => ({ host: `${site} ${on}`, ...target }))
  for (const { host, router, msee } of hosts) {
    const { hostids } = await call('host.create', {
      host,
      groups: [{ groupid: groupids?.[0] }],
      interfaces: [{ type: 1, main: 1, useip: 1, ip: router, dns: '', port: '10050' }],
    })
    const hostid = hostids?.[0]
    const [known] = await call<{ interfaceid: string }[]>('hostinterface.get', { hostids: hostid })
    const item = (key_: string, type: number, more: object) => {
      return { hostid, name: key_, key_, type, value_type: VALUES.float, trends: '0', ...more }
    }
    const exporter = { url: `http://${router}:${EXPORTER_PORT}/metrics`, value_type: VALUES.text, delay: every }
    const { itemids } = await call('item.create', item('exporter', TYPES.httpAgent, { ...exporter, history: '0' }))
    const read = (key: string, metric: string) =>
      item(key, TYPES.dependent, {
        master_itemid: itemids?.[0],
        preprocessing: [
          {
            type: PROMETHEUS_PATTERN,
            params: `frr_bgp_peer_${metric}{peer="${msee}"}\nvalue\n`,
            error_handler: 0,
            error_handler_params: '',
          },
        ],
      })
    const ping = `icmpping[${msee},3]`
    await call('item.create', [
      read('state', 'state'),
      item(ping, TYPES.simple, { interfaceid: known?.interfaceid, delay: every }),
      ...(isTuned ? [read('prefixes', 'prefixes_advertised_count_total'), read('uptime', 'uptime_seconds')] : []),
    ])
    const triggers = {
      session: `last(/${host}/state)<>1`,
      ping: `max(/${host}/${ping},#${isTuned ? 1 : 3})=0`,
      ...(isTuned && {
        prefixes: `last(/${host}/prefixes)<>${FAULTLESS_ADVERTISED_PREFIX_COUNT}`,
        restarted: `change(/${host}/uptime)<0`,
        silent: `nodata(/${host}/state,30s)=1`,
      }),
    }
    const all = Object.entries(triggers).map(([name, expression]) => ({ description: `${host} ${name}`, expression }))
    await call(
      'trigger.create',
      all.map((one) => ({ ...one, priority: DISASTER })),
    )
  }
  const script = { exec_path: 'zabbix.sh', exec_params: '{ALERT.SUBJECT}\n{ALERT.MESSAGE}\n' }
  const { mediatypeids } = await call('mediatype.create', { name: 'hook', type: SCRIPT, ...script })
  const mediatypeid = mediatypeids?.[0]
  const media = { mediatypeid, sendto: 'noc', active: 0, severity: 63, period: '1-7,00:00-24:00' }
  await call('user.update', { userid: ADMIN, medias: [media] })
  const says = (message: string) => [
    {
      operationtype: 0,
      opmessage: { default_msg: 0, mediatypeid, subject: '{TRIGGER.NAME}', message },
      opmessage_usr: [{ userid: ADMIN }],
    },
  ]
  await call('action.create', {
    name: 'hook',
    eventsource: 0,
    status: 0,
    esc_period: '1h',
    filter: { evaltype: 0, conditions: [] },
    operations: says('firing {EVENT.DATE} {EVENT.TIME}'),
    recovery_operations: says('over {EVENT.RECOVERY.DATE} {EVENT.RECOVERY.TIME}'),
  })
}

export const zabbixSystem: NocSystem = {
  name: 'Zabbix',
  packages: ['zabbix-server-pgsql', 'zabbix-frontend-php', 'php-cli', 'prometheus-frr-exporter', 'fping'],
  settings: { shipped: 'items 1 min, ping 3 times gone', tuned: 'items 5 s, prefixes and restarts too' },
  start: zabbix,
}
