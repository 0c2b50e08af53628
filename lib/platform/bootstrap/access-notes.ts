import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { runnable } from './programs.mjs'

/**
 * What each start says of who may see it: that all may, or, as long as there is no admin, the one-time link that makes the first.
 * @param env of the web
 * @returns lines; none where people sign in and there is an admin
 */
export async function accessNotes(
  root: string,
  access: 'open' | 'required',
  env: Record<string, string>,
): Promise<string[]> {
  if (access === 'open') {
    return [
      'Warning: access is open: everyone who can reach this address can see and change everything (docs/access.md).',
    ]
  }
  try {
    // a process of its own knows the tables
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [runnable(root, 'bin/access.ts'), 'admin-link', '--if-none'],
      { cwd: root, env: { ...env, PATH: process.env.PATH ?? '' } as unknown as NodeJS.ProcessEnv },
    )
    return stdout.split('\n').filter((line) => line !== '')
  } catch (error) {
    const [reason] = String((error as { stderr?: string }).stderr ?? error).split('\n')
    return [`No link for the first admin could be made (${reason}). Run: npm run access -- admin-link`]
  }
}
