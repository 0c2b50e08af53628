import path from 'node:path'
import { runCommandAndReturnStdout } from '../bootstrap/run-command.ts'

/**
 * Runs `prisma generate`. It writes the client for a schema into `lib/platform/generated`, without downloading Prisma's
 * engines. The client is stored in the repository, so that Peerwatch can start without the Prisma CLI.
 * @param root folder whose installed packages are used
 * @param tree folder whose `prisma/schema.prisma` is read; default: `root`
 */
export async function generatePrismaClient(root: string, tree: string = root): Promise<void> {
  const cli = path.join(root, 'node_modules/prisma/build/index.js')
  await runCommandAndReturnStdout(
    process.execPath,
    [cli, 'generate', '--schema', path.join(tree, 'prisma/schema.prisma')],
    {
      cwd: root,
      env: {
        ...process.env,
        PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true',
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        CHECKPOINT_DISABLE: '1',
      },
      what: 'prisma generate',
      advice: 'check prisma/schema.prisma, or restore it',
    },
  )
}
