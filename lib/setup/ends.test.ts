import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { readCertificateEnd } from '#lib/platform/tls.ts'
import { checkCertificate } from './certificate-check.ts'
import { checkCollation } from './database-checks.ts'
import { checkNodeVersion } from './local-checks.ts'
import { formatSupportEnd } from './support-ends.ts'

describe('support of a major version', () => {
  it.each([
    ['PostgreSQL', 15, '2027-08-12', null],
    ['PostgreSQL', 15, '2027-08-14', 'Support of PostgreSQL 15 ends on 2027-11-11.'],
    ['PostgreSQL', 15, '2027-11-12', 'Support of PostgreSQL 15 ended on 2027-11-11.'],
    ['PostgreSQL', 19, '2040-01-01', null],
    ['Node', 24, '2028-05-01', 'Support of Node 24 ended on 2028-04-30.'],
  ] as const)('%s %d on %s: %s', (program, major, day, sentence) => {
    expect(formatSupportEnd(program, major, Date.parse(day))).toBe(sentence)
  })

  it('makes the check of Node a warning', () => {
    expect(checkNodeVersion('v24.3.0', Date.parse('2026-11-28')).state).toBe('pass')
    expect(checkNodeVersion('v24.3.0', Date.parse('2028-04-01'))).toMatchObject({ state: 'warn' })
    expect(checkNodeVersion('v20.3.0', Date.parse('2026-11-28')).state).toBe('fail')
  })
})

describe('the end of the web’s certificate', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-certificate-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const files = { certFile: path.join(folder, 'a.crt'), keyFile: path.join(folder, 'a.key') }
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '90', '-subj', '/CN=a']
  spawnSync('openssl', ['req', '-x509', ...key, '-keyout', files.keyFile, '-out', files.certFile])
  const end = readCertificateEnd(files)

  it.each([
    [31 * MS_PER_DAY, 'pass', /in 31 days\.$/],
    [30 * MS_PER_DAY, 'warn', /in 30 days\.$/],
    [8 * MS_PER_DAY, 'warn', /in 8 days\.$/],
    [7 * MS_PER_DAY, 'fail', /in 7 days\.$/],
    [5 * MS_PER_HOUR, 'fail', /in 5 h\.$/],
    [0, 'fail', /^It ended on /],
    [-MS_PER_DAY, 'fail', /^It ended on /],
  ])('%d ms before it: %s', (before, state, detail) => {
    expect(checkCertificate(files, end - before)).toMatchObject({ state, detail: expect.stringMatching(detail) })
  })

  it('is not checked without a file, and a file that cannot be read fails', () => {
    expect(checkCertificate(null, end).state).toBe('skip')
    writeFileSync(path.join(folder, 'b.crt'), 'no certificate')
    const unread = checkCertificate({ ...files, certFile: path.join(folder, 'b.crt') }, end)
    expect(unread).toMatchObject({ state: 'fail', detail: expect.stringContaining('TLS_CERT_FILE') })
  })
})

describe('the version of a collation', () => {
  it.each([
    [{ recorded: '2.36', current: '2.36' }, 'pass', []],
    [{ recorded: null, current: null }, 'pass', []],
    [
      { recorded: '2.36', current: '2.41' },
      'fail',
      ['REINDEX DATABASE "peer""watch";', 'ALTER DATABASE "peer""watch" REFRESH COLLATION VERSION;'],
    ],
  ])('%j: %s', (collation, state, commands) => {
    expect(checkCollation({ database: 'peer"watch', collation })).toMatchObject({ state, commands })
  })
})
