import { describe, expect, it } from 'vitest'
import { createLogger } from './log.ts'
import { OutageLogLimiter } from './log-outage.ts'
import { registerSecret, maskSecretsInLine } from './secrets.ts'

function logged(
  environment: Record<string, string | undefined>,
  write: (log: ReturnType<typeof createLogger>) => void,
  outages?: OutageLogLimiter,
): string {
  let text = ''
  write(createLogger(environment, { write: (line) => (text += line) }, outages))
  return text
}

describe.each(['json', 'pretty'])('a %s log line', (LOG_FORMAT) => {
  it('carries its component and no secret, from any source', () => {
    registerSecret('known-to-be-secret')
    const text = logged({ LOG_FORMAT }, (log) =>
      log.child({ component: 'poller' }).warn(
        {
          password: 'one-secret',
          request: { headers: { authorization: 'Bearer two-secret', 'x-identity-header': 'three-secret' } },
          err: new Error('postgresql://u:four-secret@h/d refused client_secret=five-secret'),
          note: 'known-to-be-secret',
        },
        'token Bearer six-secret-abc',
      ),
    )
    expect(text).toContain('poller')
    expect(text).toContain('postgresql://u:[redacted]@h/d refused')
    expect(text).not.toMatch(/(one|two|three|four|five|six|be)-secret/)
  })
})

describe('an error in the log', () => {
  it('has its message and code, but not the connection that the pool hung on it', () => {
    const error = Object.assign(new Error('terminated'), { code: '57P01', client: { connection: 'all of it' } })
    const text = logged({ LOG_FORMAT: 'json' }, (log) => log.warn({ err: error }, 'lost'))
    expect(JSON.parse(text).err).toMatchObject({ message: 'terminated', code: '57P01' })
    expect(text).not.toContain('all of it')
  })
})

describe('a line that is too long', () => {
  const secret = 'registered-and-long-enough'
  const lineOf = (write: (log: ReturnType<typeof createLogger>) => void) => {
    registerSecret(secret, 'the secret of this test')
    const text = logged({ LOG_FORMAT: 'json' }, write)
    expect(text.length).toBeLessThanOrEqual(8_192)
    expect(text).not.toMatch(/registered-and|hidden-value/)
    expect(text.endsWith('}\n')).toBe(true)
    return JSON.parse(text)
  }

  it.each(['a.', 'eyJabcdefgh-', '://a:', 'Bearer '])('of 64 kB of %s is cut, is JSON and has no secret', (unit) => {
    const words = `${secret} ${unit.repeat(65_536 / unit.length)} postgresql://u:hidden-value@h/d`
    const line = lineOf((log) =>
      log.child({ component: 'poller' }).error({ err: new Error(words), note: words }, words),
    )
    expect(line).toMatchObject({ level: 50, component: 'poller', err: { type: 'Error' } })
    expect(line.cut).toBeGreaterThan(65_536)
    expect(line.msg.startsWith(`[redacted] ${unit}`)).toBe(true)
  })

  it('has no part of a secret that the cut goes through', () => {
    for (let before = 1_970; before <= 2_000; before += 1) {
      for (const credential of [secret, 'postgresql://u:hidden-value@h/d']) {
        const { msg } = lineOf((log) => log.warn(`${'x'.repeat(before)} ${credential} ${'x'.repeat(9_000)}`))
        expect(msg).toMatch(/^x+.*…$/)
      }
    }
  })

  it('keeps what identifies it when it has many fields', () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`field${n}`, 'y'.repeat(500)]))
    expect(lineOf((log) => log.child({ component: 'poller' }).warn(many, 'words'))).toEqual({
      level: 40,
      time: expect.any(String),
      component: 'poller',
      msg: 'words',
      cut: expect.any(Number),
    })
  })
})

describe('an outage of the database', () => {
  const refused = () => Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' })
  const starting = () => Object.assign(new Error('the database system is starting up'), { code: '57P03' })

  it('is one line for each component and minute, without stacks, with the number of those left out', () => {
    let now = 0
    const text = logged(
      { LOG_FORMAT: 'json' },
      (log) => {
        const [poller, api] = [log.child({ component: 'poller' }), log.child({ component: 'api' })]
        for (; now < 150_000; now += 100) {
          poller.warn({ err: now % 200 ? refused() : starting(), scope: 'gw' }, 'recording waits for the database')
          api.error(refused(), 'the database does not answer')
        }
        poller.info('polling resumed')
      },
      new OutageLogLimiter(() => now),
    )
    const lines = text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
    expect(lines.map(({ component, suppressed }) => [component, suppressed])).toEqual([
      ['poller', undefined],
      ['api', undefined],
      ['poller', 599],
      ['api', 599],
      ['poller', 599],
      ['api', 599],
      ['poller', undefined],
    ])
    expect(text).not.toContain('"stack"')
    expect(lines[0]).toMatchObject({
      scope: 'gw',
      err: { code: '57P03', message: 'the database system is starting up' },
    })
    expect(lines[1]).toMatchObject({ level: 50, msg: 'the database does not answer', err: { code: 'ECONNREFUSED' } })
  })

  it('leaves other errors alone: each is written, with its stack', () => {
    const text = logged({ LOG_FORMAT: 'json' }, (log) => {
      for (let n = 0; n < 3; n += 1) log.error({ err: new TypeError('x is not a function') }, 'a poll failed')
      for (let n = 0; n < 2; n += 1) log.error(Object.assign(new Error('syntax error'), { code: '42601' }), 'a query')
    })
    expect(text.match(/"stack"/g)).toHaveLength(5)
  })
})

describe('the log level', () => {
  it.each([
    [{ LOG_LEVEL: 'warn' }, ['warn']],
    [{}, ['info', 'warn']],
    [{ LOG_LEVEL: 'nonsense' }, ['info', 'warn']],
    [{ LOG_LEVEL: 'silent' }, []],
  ])('%o lets through %o', (environment, expected) => {
    const text = logged({ LOG_FORMAT: 'json', ...environment }, (log) => {
      log.debug('debug')
      log.info('info')
      log.warn('warn')
    })
    const lines = text.split('\n').filter(Boolean)
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(expected)
  })
})

describe('scrubbing', () => {
  it('forgets a secret that was replaced or removed', () => {
    registerSecret('first-secret-value', 'secret of ch_1')
    registerSecret('second-secret-value', 'secret of ch_1')
    expect(maskSecretsInLine('first-secret-value second-secret-value')).toBe('first-secret-value [redacted]')
    registerSecret(null, 'secret of ch_1')
    expect(maskSecretsInLine('second-secret-value')).toBe('second-secret-value')
  })

  it.each([
    ['postgresql://user:p4ss@host/db', 'postgresql://user:[redacted]@host/db'],
    [
      'a.very.long.scheme.that.has.more.than.thirty.characters://u:p4ss@h',
      'a.very.long.scheme.that.has.more.than.thirty.characters://u:[redacted]@h',
    ],
    ['https://:p4ss@h, smtp://u:p4ss@h', 'https://:[redacted]@h, smtp://u:[redacted]@h'],
    ['x=eyJhbGciOiJI.eyJzdWIiOiIx.c2ln', 'x=[redacted]'],
    [`x pw_${'a'.repeat(43)} y`, 'x [redacted] y'],
    ['Bearer abcdefgh client_secret=abc&x', 'Bearer [redacted] client_secret=[redacted]&x'],
  ])('%s becomes %s', (text, clean) => {
    expect(maskSecretsInLine(text)).toBe(clean)
  })

  it('leaves ordinary text and short secrets alone', () => {
    registerSecret('abc')
    registerSecret('')
    expect(maskSecretsInLine('abc at https://host:8080/path, 12:30')).toBe('abc at https://host:8080/path, 12:30')
  })
})
