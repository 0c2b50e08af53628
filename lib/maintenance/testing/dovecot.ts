import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { findFreePort } from '#lib/platform/bootstrap/postgres.ts'
import { findPostgresUser } from '#lib/platform/bootstrap/postgres-files.ts'
import { DOVECOT_PROGRAM } from '#lib/platform/system-programs.ts'
import { spawnProgram } from '#lib/platform/testing/spawn-program.ts'

export interface MailServer {
  /** `port` = plain text with STARTTLS; `tlsPort` = TLS from the start */
  port: number
  tlsPort: number
  /** Delivers a mail unchanged: headers, an empty line, a body. */
  deliver(mail: string): void
  /** Renumbers the mails, so that UIDVALIDITY changes. */
  renumber(): Promise<void>
  /** returns the flags of the existing mails, from their Maildir names */
  flags(): string[]
  stop(): Promise<void>
}

/**
 * Starts Debian's Dovecot on loopback as an unprivileged user, with one account `noc` whose password is `hunter@22`,
 * and a self-signed certificate.
 */
export async function startDovecot(): Promise<MailServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-mail-'))
  const [port, tlsPort] = [await findFreePort(), await findFreePort()]
  const { uid, gid } = findPostgresUser() ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  const nameOf = (what: string, id: number) =>
    execFileSync('getent', [what, String(id)], { encoding: 'utf8' }).split(':')[0] ?? ''
  const [user, group] = [nameOf('passwd', uid), nameOf('group', gid)]
  const inside = (...parts: string[]) => path.join(folder, ...parts)
  const box = inside('mail')
  const files = ['-keyout', inside('key.pem'), '-out', inside('cert.pem')]
  const certificate = 'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=imap.test'
  execFileSync('openssl', [...certificate.split(' '), ...files], { stdio: 'ignore' })
  for (const one of ['mail', 'mail/new', 'mail/cur', 'mail/tmp', 'run', 'state']) mkdirSync(inside(one))
  writeFileSync(
    inside('dovecot.conf'),
    `base_dir = ${inside('run')}
state_dir = ${inside('state')}
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
default_internal_user = ${user}
default_internal_group = ${group}
default_login_user = ${user}
first_valid_uid = 1
mail_location = maildir:${box}
ssl = yes
ssl_cert = <${inside('cert.pem')}
ssl_key = <${inside('key.pem')}
passdb {
  driver = static
  args = password=hunter@22
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${inside('state')}
}
service anvil {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = ${tlsPort}
    ssl = yes
  }
}
`,
  )
  execFileSync('chown', ['-R', `${uid}:${gid}`, folder])
  const child = spawnProgram(DOVECOT_PROGRAM.probe[0], ['-F', '-c', inside('dovecot.conf')])
  let said = ''
  for (const output of [child.stdout, child.stderr])
    output?.on('data', (chunk) => (said = (said + chunk).slice(-4_000)))
  while (!(await answers(tlsPort))) {
    if (child.exitCode !== null) throw new Error(`Dovecot ended: ${said}`)
    await delay(50)
  }
  let delivered = 0
  return {
    port,
    tlsPort,
    deliver(mail) {
      delivered += 1
      // mails arrive in the order of their file names
      const name = `${1_700_000_000 + delivered}.M${delivered}.test`
      writeFileSync(inside('mail', 'tmp', name), mail.replaceAll(/\r?\n/g, '\r\n'))
      execFileSync('chown', [`${uid}:${gid}`, inside('mail', 'tmp', name)])
      execFileSync('mv', [inside('mail', 'tmp', name), inside('mail', 'new', name)])
    },
    async renumber() {
      // UIDVALIDITY is the second in which the index is created, so the next second gives another value
      await delay(1_100)
      for (const name of readdirSync(box))
        if (name.startsWith('dovecot')) rmSync(path.join(box, name), { recursive: true })
    },
    flags: () =>
      ['new', 'cur'].flatMap((one) => readdirSync(path.join(box, one)).map((name) => name.split(':2,')[1] ?? '')),
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

/**
 * Starts a proxy before a server that closes the connection when a command matches a pattern.
 * @param port port of the server
 */
export async function breakingProxy(
  port: number,
  pattern: RegExp,
): Promise<{ port: number; server: Server; broken: () => number }> {
  let broken = 0
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    const end = () => [client, upstream].forEach((one) => one.destroy())
    for (const one of [client, upstream]) one.on('error', end).on('close', end)
    // prevent encryption, so that commands can be matched
    upstream.on('data', (chunk) => client.write(chunk.toString('latin1').replaceAll('STARTTLS', 'XSTARTTL'), 'latin1'))
    client.on('data', (chunk) => {
      if (pattern.test(chunk.toString('latin1'))) {
        broken += 1
        return end()
      }
      upstream.write(chunk)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as { port: number }).port, server, broken: () => broken }
}
