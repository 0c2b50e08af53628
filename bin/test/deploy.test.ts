import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readReferences } from '#lib/platform/boundaries/imports.ts'
import { checkEnvironment } from '#lib/platform/environment.ts'

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
    expect(text).toMatch(/^User=peerwatch$/m)
    expect(text).toMatch(/^NoNewPrivileges=yes$/m)
    expect(text).toMatch(/^ProtectSystem=strict$/m)
    // what is required is delivered as well
    for (const [, needed] of text.matchAll(/^Requires=(\S+)$/gm)) expect(units).toContain(needed)
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

type Service = Record<string, unknown> & { command?: string[]; depends_on?: Record<string, { condition: string }> }

describe.runIf(has('python3', '-c', 'import yaml'))('compose.yaml', () => {
  const parse = (text: string) => {
    const script = 'import sys, json, yaml; print(json.dumps(yaml.safe_load(sys.stdin.read())))'
    return JSON.parse(spawnSync('python3', ['-c', script], { input: text, encoding: 'utf8' }).stdout)
  }
  const compose = parse(read('compose.yaml')) as { services: Record<string, Service>; volumes: Record<string, null> }
  const ours = Object.entries(compose.services).filter(([name]) => name !== 'postgres')

  it('runs programs that exist, after the migrations', () => {
    expect(ours.map(([name]) => name).toSorted()).toEqual(['migrate', 'web', 'worker'])
    for (const [name, service] of ours) {
      expect(existsSync(path.join(ROOT, 'bin', `${service.command?.[0]}.ts`)), name).toBe(true)
      const needed = Object.entries(service.depends_on ?? {})
      expect(needed.length).toBe(1)
      for (const [other, { condition }] of needed) {
        expect(compose.services).toHaveProperty(other)
        expect(condition).toBe(name === 'migrate' ? 'service_healthy' : 'service_completed_successfully')
      }
    }
  })

  it('gives nobody rights, a file system to write to, or a port beyond this machine', () => {
    for (const [name, service] of ours) {
      expect(service, name).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        // neither podman nor every runc gives a tmpfs an owner
        tmpfs: ['/tmp', '/data:mode=1777'],
      })
    }
    expect(compose.services.web?.ports).toEqual(['127.0.0.1:3000:3000'])
    expect(compose.services.postgres).not.toHaveProperty('ports')
  })
})

const filesBelow = (folder: string) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))

/** A container's environment, with what compose and the template leave to be given. */
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
      // git's patterns without a slash within hold in every folder, those of .dockerignore need ** for that
      if (pattern.startsWith('*')) expect(leavesOut(`lib/x/${file}`), pattern).toBe(true)
    }
    expect(leavesOut('deploy/environment')).toBe(true)
    expect(leavesOut('lib/contract/index.ts')).toBe(false)
    expect(lines('.gitignore')).toContain('deploy/environment')
  })

  it('holds what its programs import', async () => {
    expect(read('Dockerfile')).toContain('npm prune --omit=dev --omit=optional --omit=peer ')
    type Entry = { dev?: true; optional?: true; devOptional?: true; peer?: true }
    const { packages } = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, Entry>
    }
    const isKept = (name: string) => {
      const entry = packages[`node_modules/${name}`]
      return entry !== undefined && !entry.dev && !entry.optional && !entry.devOptional && !entry.peer
    }
    const { default: config } = (await import(path.join(ROOT, 'next.config.mjs'))) as {
      default: { serverExternalPackages: string[] }
    }
    const imported = new Set(config.serverExternalPackages)
    const programs = 'web worker bmp migrate access backup restore doctor import record replay'.split(' ')
    const files = new Set(programs.map((name) => `bin/${name}.ts`))
    for (const file of files) {
      const { specifiers, typeOnly } = await readReferences(readFileSync(path.join(ROOT, file), 'utf8'), file)
      for (const specifier of specifiers) {
        if (typeOnly.has(specifier) || isBuiltin(specifier)) continue
        if (/^[.#]/.test(specifier)) {
          const target = specifier.startsWith('#') ? specifier.slice(1) : path.join(path.dirname(file), specifier)
          // the build makes what is generated
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

it('the template’s variables are accepted, and each is one that Peerwatch reads', () => {
  const text = read('azure', 'main.bicep')
  const list = /^var variables = \[\n([\s\S]*?)^\]/m.exec(text)?.[1] ?? ''
  const named = [...list.matchAll(/name: '(\w+)', (?:value: (.*)|secretRef: .*) }/g)].map(
    ([, name = '', value = '']) => {
      const filled = value
        .replaceAll(/\$\{[^}]*\.fullyQualifiedDomainName\}/g, 'pg.example')
        .replaceAll(/\$\{\w+\.name\}/g, 'id-peerwatch')
        .replaceAll(/\$\{\w+\}/g, 'peerwatch')
      if (/^'.*'$/.test(filled)) return [name, filled.slice(1, -1)]
      return [
        name,
        {
          AZURE_CLIENT_ID: '00000000-0000-0000-0000-000000000001',
          AZURE_SUBSCRIPTION_IDS: '*',
          SECRETS_KEY: 'k'.repeat(32),
        }[name] ?? '',
      ]
    },
  )
  expect(named.length).toBe(8)
  const checked = accepted({ ...Object.fromEntries(named), HOST: '0.0.0.0' })
  expect(checked).toMatchObject({ ok: true, settings: { databaseAuth: 'entra', trustProxy: true, demo: false } })
  const documented = readFileSync(path.join(ROOT, 'docs/operations.md'), 'utf8')
  for (const [name = ''] of named) expect(documented).toContain(`\`${name}\``)
})
