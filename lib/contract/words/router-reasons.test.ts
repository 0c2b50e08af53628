import { expect, it } from 'vitest'
import { formatRouterDownReason } from './router-reasons.ts'

const notification = (code: number, subcode: number, more: object = {}) => ({
  code,
  subcode,
  communication: null,
  hardResetOf: null,
  ...more,
})

it.each([
  [
    { by: 'remote', notification: notification(6, 2, { communication: 'maintenance' }) },
    'Azure\'s end closed it: Cease, Administrative Shutdown (6/2) ("maintenance")',
  ],
  [{ by: 'local', notification: notification(4, 0) }, 'the router closed it: Hold Timer Expired (4/0)'],
  [
    { by: 'local', notification: notification(6, 9, { hardResetOf: { code: 6, subcode: 4 } }) },
    'the router closed it: Cease, Hard Reset of Cease, Administrative Reset (6/9)',
  ],
  [{ by: 'local', notification: notification(9, 7) }, 'the router closed it: error code 9, subcode 7 (9/7)'],
  [{ by: 'remote', notification: null }, "Azure's end closed it: a NOTIFICATION that was left out"],
  [
    { by: 'localWithoutNotification', fsmEvent: 0 },
    'the router closed it and does not say why: hold timer, BFD, an interface or an operator',
  ],
  [{ by: 'localWithoutNotification', fsmEvent: 18 }, 'the router closed it: the TCP connection failed'],
  [
    { by: 'log', cause: 'interface', text: 'Interface down' },
    'the router\'s interface went down (its log: "Interface down")',
  ],
  [{ by: 'remoteWithoutNotification' }, "Azure's end or the path closed the TCP connection without a NOTIFICATION"],
] as const)('%j', (reason, words) => {
  expect(formatRouterDownReason(reason)).toBe(words)
})

it('the far end of a session with the collector is not Azure’s', () => {
  const reason = { by: 'remote' as const, notification: notification(4, 0) }
  expect(formatRouterDownReason(reason, 'the collector')).toBe('the collector closed it: Hold Timer Expired (4/0)')
})
