import { describe, expect, it } from 'vitest'
import {
  getDatabaseName,
  getUrlPassword,
  parseDatabaseAddress,
  replaceUrlDatabase,
  setUrlParameter,
  findWriteFault,
} from './database-address.ts'

describe('an address of a database', () => {
  it.each<{ name: string; text: string; hosts: string[] }>([
    {
      name: 'one host stays as it is',
      text: 'postgres://u:p%40w@db.example:6432/peers?sslmode=require',
      hosts: ['postgres://u:p%40w@db.example:6432/peers?sslmode=require'],
    },
    {
      name: 'a comma in a password is no second host',
      text: 'postgres://u:a,b@h/d',
      hosts: ['postgres://u:a,b@h/d'],
    },
    {
      name: 'each host has its own port or the usual one',
      text: 'postgresql://u:p@db1:5433,db2,[fd00::5]:5434/d?sslmode=require',
      hosts: [
        'postgresql://u:p@db1:5433/d?sslmode=require',
        'postgresql://u:p@db2/d?sslmode=require',
        'postgresql://u:p@[fd00::5]:5434/d?sslmode=require',
      ],
    },
    {
      name: 'hosts in parameters, with a port each',
      text: 'postgresql:///d?host=/run/a,/run/b&port=5432,5433',
      hosts: ['postgresql:///d?host=%2Frun%2Fa&port=5432', 'postgresql:///d?host=%2Frun%2Fb&port=5433'],
    },
    {
      name: 'hosts in parameters, with one port for all',
      text: 'postgresql:///d?host=a,b&port=5433',
      hosts: ['postgresql:///d?host=a&port=5433', 'postgresql:///d?host=b&port=5433'],
    },
    {
      name: 'what chooses a host is not sent to it',
      text: 'postgresql://h/d?target_session_attrs=primary&load_balance_hosts=random&pgbouncer=true&connect_timeout=3',
      hosts: ['postgresql://h/d?connect_timeout=3'],
    },
  ])('$name', ({ text, hosts }) => {
    expect(parseDatabaseAddress(text).hosts).toEqual(hosts)
  })

  it.each(['postgresql://a,,b/d', 'postgresql://a,:5432/d', 'postgresql:///d?host=a,b,c&port=1,2', 'a,b'])(
    '%s is none',
    (text) => {
      expect(() => parseDatabaseAddress(text)).toThrow(TypeError)
    },
  )

  it('says what a session must be; by default anything will do', () => {
    expect(parseDatabaseAddress('postgresql://a,b/d')).toMatchObject({ target: 'any', random: false, isPooled: false })
    const chosen = 'postgresql://a,b/d?target_session_attrs=prefer-standby&load_balance_hosts=random&pgbouncer=true'
    expect(parseDatabaseAddress(chosen)).toMatchObject({ target: 'prefer-standby', random: true, isPooled: true })
  })

  it('can be that of another database, with all its hosts', () => {
    const text = 'postgresql://u:p%2Fw@a:1,b:2/peers?target_session_attrs=read-write'
    expect(getDatabaseName(text)).toBe('peers')
    expect(getUrlPassword(text)).toBe('p/w')
    expect(replaceUrlDatabase(text, 'other db')).toBe(
      'postgresql://u:p%2Fw@a:1,b:2/other%20db?target_session_attrs=read-write',
    )
    expect(setUrlParameter('postgresql://u@a,b/d', 'options', '-c x=y')).toBe('postgresql://u@a,b/d?options=-c+x%3Dy')
    expect(replaceUrlDatabase('postgresql://u@[::1]:5/d', 'e')).toBe('postgresql://u@[::1]:5/e')
  })

  it.each([
    ['postgresql://a/d', null],
    ['postgresql://a,b/d?target_session_attrs=read-write', null],
    ['postgresql://a,b/d?target_session_attrs=primary', null],
    ['postgresql://a,b/d', /several hosts/],
    ['postgresql://a/d?target_session_attrs=read-only', /only reads/],
    ['postgresql://a,b/d?target_session_attrs=prefer-standby', /only reads/],
  ])('%s, written to', (text, says) => {
    const fault = findWriteFault(text)
    if (says === null) expect(fault).toBeNull()
    else expect(fault).toMatch(says)
  })
})
