import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkEnvironment } from '#lib/platform/environment.ts'
import { parseSourceFile } from '../structure/source.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const DEPLOY = path.join(ROOT, 'deploy')
const read = (...names: string[]) => readFileSync(path.join(DEPLOY, ...names), 'utf8')
const units = readdirSync(path.join(DEPLOY, 'systemd'))

const has = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0

describe('units of systemd', () => {
  it.each(units)('%s: starts a program that exists, as nobody with rights', (name) => {
    const text = read('systemd', name)
    const [, script = '', program] = /^ExecStart=\/usr\/bin\/node (bin\/\S+)(?: (\S+))?$/m.exec(text) ?? []
    expect(existsSync(path.join(ROOT, script))).toBe(true)
    if (script === 'bin/run.mjs') expect(existsSync(path.join(ROOT, 'bin', `${program}.ts`))).toBe(true)
    expect(text).toMatch(/^User=peerwatch(-web|-migrate)?$/m)
    expect(text).toMatch(/^After=.*\btime-sync\.target$/m)
    expect(text).toMatch(/^LogRateLimitBurst=\d+$/m)
    expect(text).toMatch(/^NoNewPrivileges=yes$/m)
    expect(text).toMatch(/^ProtectSystem=strict$/m)
    // required units are part of the delivery
    for (const [, needed] of text.matchAll(/^Requires=(\S+)$/gm)) expect(units).toContain(needed)
  })

  it('of a web, a worker and migrations share neither user nor folder nor what each alone may know', () => {
    const of = (field: string) =>
      ['web', 'worker@', 'migrate'].map(
        (name) => new RegExp(`^${field}=?(.*)$`, 'm').exec(read('systemd', `peerwatch-${name}.service`))?.[1],
      )
    for (const field of ['User', 'StateDirectory', 'EnvironmentFile=-']) expect(new Set(of(field)).size, field).toBe(3)
    expect(of('EnvironmentFile=-')).toEqual(
      ['web', 'worker', 'migrate'].map((name) => `/etc/peerwatch/${name}.environment`),
    )
    // a key that a process generates itself cannot decrypt another process's secrets
    expect(of('ExecStartPre').filter((line) => line?.includes('SECRETS_KEY')).length).toBe(2)
  })

  it.runIf(has('systemd-analyze', 'security', '--help'))(
    'are exposed by at most 2.5 of 10, as systemd counts it',
    () => {
      for (const name of units) {
        const file = path.join(DEPLOY, 'systemd', name)
        const { status, stdout } = spawnSync(
          'systemd-analyze',
          ['security', '--offline=true', '--threshold=25', '--no-pager', file],
          { encoding: 'utf8' },
        )
        expect({ name, status, said: status === 0 ? '' : stdout }).toEqual({ name, status: 0, said: '' })
      }
    },
  )

  it.runIf(has('systemd-analyze', '--version') && existsSync('/usr/bin/node'))('are what systemd accepts', () => {
    const files = units.map((name) => path.join(DEPLOY, 'systemd', name))
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...files], { encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })
})

type Service = Record<string, unknown> & {
  command?: string[]
  image?: string
  environment?: Record<string, string>
  env_file?: { path: string; required: boolean }[]
  depends_on?: Record<string, { condition: string }>
}

const DIGEST = /@sha256:[0-9a-f]{64}$/

describe.runIf(has('python3', '-c', 'import yaml'))('compose.yaml', () => {
  const parse = (text: string) => {
    const script = 'import sys, json, yaml; print(json.dumps(yaml.safe_load(sys.stdin.read())))'
    return JSON.parse(spawnSync('python3', ['-c', script], { input: text, encoding: 'utf8' }).stdout)
  }
  const compose = parse(read('compose.yaml')) as { services: Record<string, Service>; volumes: Record<string, null> }
  const ours = Object.entries(compose.services).filter(([name]) => name !== 'postgres')

  it('runs programs that exist, after the migrations', () => {
    expect(ours.map(([name]) => name).toSorted()).toEqual(['migrate', 'roles', 'web', 'worker'])
    for (const [name, service] of ours) {
      expect(existsSync(path.join(ROOT, 'bin', `${service.command?.[0]}.ts`)), name).toBe(true)
      const needed = Object.entries(service.depends_on ?? {})
      expect(needed.length).toBe(1)
      for (const [other, { condition }] of needed) {
        expect(compose.services).toHaveProperty(other)
        expect(condition).toBe(name === 'roles' ? 'service_healthy' : 'service_completed_successfully')
      }
    }
  })

  it('gives nobody rights, a file system to write to, or a port beyond this machine', () => {
    for (const [name, service] of ours) {
      expect(service, name).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        // tmpfs has no owner option, because podman and some versions of runc do not support it
        tmpfs: ['/tmp', '/data:mode=1777'],
        logging: { driver: 'local', options: { 'max-size': '10m' } },
      })
    }
    expect(compose.services.postgres).toMatchObject({ networks: ['database'], logging: { driver: 'local' } })
    expect(compose.services.web?.ports).toEqual(['127.0.0.1:3000:3000'])
    expect(compose.services.postgres).not.toHaveProperty('ports')
  })

  it('gives each what it needs, and no more: Azure’s variables to the worker, the owner to migrations, the superuser to nobody who stays', () => {
    const usersOf = (name: string) =>
      Object.entries(compose.services[name]?.environment ?? {})
        .flatMap(([variable, value]) =>
          variable.startsWith('DATABASE_') ? [new URL(value.replace(/:\$\{.*?\}@/, '@')).username] : [],
        )
        .toSorted()
    const filesOf = (name: string) => (compose.services[name]?.env_file ?? []).map((file) => file.path)
    expect(usersOf('worker')).toEqual(['peerwatch_product'])
    expect(usersOf('web')).toEqual(['peerwatch_product', 'peerwatch_questions'])
    expect(usersOf('migrate')).toEqual(['peerwatch_owner', 'peerwatch_product', 'peerwatch_questions'])
    expect(usersOf('roles')).toEqual(['peerwatch', 'peerwatch_owner', 'peerwatch_product', 'peerwatch_questions'])
    expect(filesOf('worker')).toEqual(['shared.environment', 'worker.environment'])
    expect(filesOf('web')).toEqual(['shared.environment', 'web.environment'])
    expect([...filesOf('migrate'), ...filesOf('roles')]).toEqual([])
    for (const [name, { environment = {} }] of ours) {
      const given = Object.fromEntries(
        Object.entries(environment).map(([key, value]) => [
          key,
          value.replaceAll(/\$\{.*?\}/g, key === 'PUBLIC_URL' ? 'https://pw.example' : 'k'.repeat(32)),
        ]),
      )
      expect(accepted({ ...given, HOST: '0.0.0.0' }), name).toMatchObject({ ok: true, settings: { demo: false } })
      expect('SECRETS_KEY' in environment, name).toBe(name === 'web' || name === 'worker')
    }
    expect(compose.services.worker?.environment).toMatchObject({ PROOF_URL: 'http://web:3000' })
  })

  it('names images by their digests, as the Dockerfile does', () => {
    expect(compose.services.postgres?.image).toMatch(DIGEST)
    const named = [...read('Dockerfile').matchAll(/^(?:FROM|ARG NODE_IMAGE=?) ?(\S+)/gm)].map(([, image = '']) => image)
    expect(named).toEqual([expect.stringMatching(DIGEST), '${NODE_IMAGE}', '${NODE_IMAGE}'])
    for (const image of ours.map(([, service]) => service.image)) expect(image).toBe('peerwatch')
  })
})

const filesBelow = (folder: string) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))

/** Checks a container's environment, including the values that an operator must set in compose and the template. */
const accepted = (values: Record<string, string>) => checkEnvironment(values, { root: '/opt/peerwatch', dotenv: null })

it('the Dockerfile makes an environment that is accepted, and ends as a user without rights', () => {
  const text = read('Dockerfile')
  const pairs = [...text.matchAll(/^ENV (.*)$/gm)].flatMap(([, line = '']) =>
    line.split(' ').map((pair) => pair.split('=') as [string, string]),
  )
  const given = {
    ...Object.fromEntries(pairs),
    PUBLIC_URL: 'https://peerwatch.example',
    DATABASE_URL: 'postgresql://p:x@postgres/p',
    AZURE_SUBSCRIPTION_IDS: '*',
  }
  expect(accepted(given)).toMatchObject({ ok: true, settings: { host: '0.0.0.0', access: 'required' } })
  expect(text).toMatch(/^USER 10001:10001$/m)
  expect(text).toMatch(/mkdir --mode=1777 \/data$/m)
  expect(text.trimEnd().endsWith('CMD ["web"]')).toBe(true)
  for (const [, source = ''] of text.matchAll(/^COPY (?!--from)(package\.json [^.]+\.json \.npmrc) /gm))
    for (const file of source.split(' ')) expect(existsSync(path.join(ROOT, file))).toBe(true)
})

it('no file that starts the web names what bounds its heap: bin/run.mjs and npm start add that', () => {
  const files = [path.join(ROOT, 'package.json'), ...filesBelow('deploy')]
  expect(files.length).toBeGreaterThan(5)
  const naming = files.filter((file) =>
    /max[-_]old[-_]space|semi[-_]space|heap-growing/.test(readFileSync(file, 'utf8')),
  )
  expect(naming).toEqual([])
})

describe('the image', () => {
  const lines = (file: string) =>
    readFileSync(path.join(ROOT, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
  const ignored = lines('.dockerignore')
  const leavesOut = (file: string) =>
    ignored.some((pattern) => path.matchesGlob(file, pattern) || path.matchesGlob(file, `${pattern}/**`))

  it('holds nothing that git ignores, and no passwords', () => {
    for (const pattern of lines('.gitignore')) {
      const file = pattern.replace('*', 'some').replace(/\/$/, '')
      expect(leavesOut(file), pattern).toBe(true)
      // in .gitignore, a pattern without a slash applies to every folder; .dockerignore needs ** for that
      if (pattern.startsWith('*')) expect(leavesOut(`lib/x/${file}`), pattern).toBe(true)
    }
    for (const file of ['environment', 'worker.environment']) expect(leavesOut(`deploy/${file}`)).toBe(true)
    expect(leavesOut('lib/contract/index.ts')).toBe(false)
    expect(lines('.gitignore')).toContain('deploy/environment')
  })

  it('holds what its programs import', async () => {
    const [, removal = ''] =
      /npm uninstall --no-save --omit=dev --omit=optional --omit=peer .*\n\s+(.+?) \\/.exec(read('Dockerfile')) ?? []
    const removed = removal.split(' ')
    expect(removed).toContain('typescript')
    type Entry = { dev?: true; optional?: true; devOptional?: true; peer?: true }
    const { packages } = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, Entry>
    }
    const isKept = (name: string) => {
      const entry = packages[`node_modules/${name}`]
      return (
        !removed.includes(name) &&
        entry !== undefined &&
        !entry.dev &&
        !entry.optional &&
        !entry.devOptional &&
        !entry.peer
      )
    }
    const { default: config } = (await import(path.join(ROOT, 'next.config.mjs'))) as {
      default: { serverExternalPackages: string[] }
    }
    const imported = new Set(config.serverExternalPackages)
    const programs = 'web worker bmp migrate roles access backup restore doctor import record replay'.split(' ')
    const files = new Set(programs.map((name) => `bin/${name}.ts`))
    for (const file of files) {
      const { imports } = parseSourceFile(readFileSync(path.join(ROOT, file), 'utf8'), file)
      for (const { specifier, isType } of imports) {
        if (isType || isBuiltin(specifier)) continue
        if (/^[.#]/.test(specifier)) {
          const target = specifier.startsWith('#') ? specifier.slice(1) : path.join(path.dirname(file), specifier)
          // generated files are left out, because the build creates them
          if (/\.m?ts$|\.mjs$/.test(target) && !target.includes('/generated/')) files.add(target)
        } else imported.add(specifier.match(/^(?:@[^/]+\/)?[^/]+/)?.[0] ?? specifier)
      }
    }
    expect(files.size).toBeGreaterThan(300)
    expect([...new Set([...files].map(path.dirname))].filter(leavesOut)).toEqual([])
    expect([...files].filter((file) => /\.test\.tsx?$/.test(file))).toEqual([])
    expect([...imported].filter((name) => !isKept(name))).toEqual([])
  })
})

describe('the template', () => {
  const text = read('azure', 'main.bicep')
  const listOf = (name: string) => {
    const list = new RegExp(`^var ${name} = (?:concat\\(common, )?\\[\\n([\\s\\S]*?)^\\]`, 'm').exec(text)?.[1] ?? ''
    return [...list.matchAll(/name: '(\w+)', (?:value: (.*)|secretRef: .*) }/g)].map(
      ([, variable = '', value = '']) => {
        const filled = value
          .replaceAll('${server}', 'pg.example/peerwatch?sslmode=verify-full')
          .replaceAll(/\$\{(\w+)Identity\.name\}/g, 'id-peerwatch-$1')
          .replaceAll(/\$\{[\w.]+\}/g, 'peerwatch')
        if (/^'.*'$/.test(filled)) return [variable, filled.slice(1, -1)]
        const others = {
          AZURE_CLIENT_ID: '00000000-0000-0000-0000-000000000001',
          AZURE_SUBSCRIPTION_IDS: '*',
          SECRETS_KEY: 'k'.repeat(32),
        }
        return [variable, others[variable as keyof typeof others] ?? '']
      },
    ) as [string, string][]
  }
  const documented = readFileSync(path.join(ROOT, 'docs/operations.md'), 'utf8')
  const environments = ['migrate', 'worker', 'web'].map(
    (name) => [name, Object.fromEntries([...listOf('common'), ...listOf(`${name}Variables`)])] as const,
  )

  it.each(environments)('gives %s variables that are accepted, and each is one that Peerwatch reads', (name, given) => {
    expect(accepted({ ...given, HOST: '0.0.0.0' })).toMatchObject({
      ok: true,
      settings: { databaseAuth: 'entra', demo: false },
    })
    for (const variable of Object.keys(given))
      expect(variable === 'PEERWATCH_ESTATE' || documented.includes(`\`${variable}\``), variable).toBe(true)
    expect(given.DATABASE_URL).toContain(`id-peerwatch-${name}@`)
    expect(text).toMatch(
      new RegExp(`^resource ${name} [\\s\\S]*?\\$\\{${name}Identity\\.id\\}[\\s\\S]*?env: ${name}Variables`, 'm'),
    )
  })

  it('gives Azure to the worker’s identity alone, and the database to that of migrations', () => {
    expect(environments.filter(([, given]) => 'AZURE_SUBSCRIPTION_IDS' in given).map(([name]) => name)).toEqual([
      'worker',
    ])
    expect(environments.filter(([, given]) => 'SECRETS_KEY' in given).map(([name]) => name)).toEqual(['worker', 'web'])
    expect(text).toContain('principalId: migrateIdentity.properties.principalId')
    expect(text).toContain('output principalId string = workerIdentity.properties.principalId')
  })
})
