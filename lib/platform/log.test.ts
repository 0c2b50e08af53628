import { describe, expect, it } from 'vitest'
import { createLogger } from './log.ts'
import { registerSecret, scrub } from './secrets.ts'

function logged(
  environment: Record<string, string | undefined>,
  write: (log: ReturnType<typeof createLogger>) => void,
): string {
  let text = ''
  write(createLogger(environment, { write: (line) => (text += line) }))
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
  it('leaves ordinary text and short secrets alone', () => {
    registerSecret('abc')
    registerSecret('')
    expect(scrub('abc at https://host:8080/path, 12:30')).toBe('abc at https://host:8080/path, 12:30')
  })
})
