import type { CommandDefinition, ResultIn } from '#lib/contract/index.ts'
import type { CommandRequest, Work } from './capability.ts'
import { getReadingDatabase } from './connection.ts'
import { WholeDeploymentError } from './errors.ts'
import { limitToScope } from './scoped/reader-of.ts'
import { maskOthersNames } from './scoped/without-others.ts'

/**
 * Runs a command with the permissions of its caller. A caller with limited access gets NotFoundError for objects
 * outside of the caller's scope, and cannot change data that all callers share.
 * @throws NotFoundError, WholeDeploymentError, and all errors of `work`
 */
export async function runCommandInScope<Of extends CommandDefinition>(
  scope: Work<Of>['scope'],
  ordered: CommandRequest<Of>,
  work: Work<Of>['work'],
): Promise<ResultIn<Of>> {
  if (ordered.caller.scope === 'everything') return work(ordered)
  if (scope === 'whole') throw new WholeDeploymentError()
  const reader = await limitToScope(getReadingDatabase(), ordered.caller.scope)
  if (scope === 'itself') return maskOthersNames(reader, await work(ordered))
  await scope.check(reader, ordered)
  const done = await work(ordered)
  return maskOthersNames(reader, scope.result ? await scope.result(reader, ordered) : done)
}
