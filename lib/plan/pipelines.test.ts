import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseYAML } from 'confbox/yaml'
import { afterAll, describe, expect, it } from 'vitest'

const integrations = path.join(import.meta.dirname, '../../integrations')

interface Step {
  name?: string
  run?: string
  uses?: string
  shell?: string
  bash?: string
  env?: Record<string, string>
}
const yamlOf = (file: string) =>
  parseYAML<{ [key: string]: unknown }>(readFileSync(path.join(integrations, file), 'utf8'))

/** @source docs.github.com, "Metadata syntax for GitHub Actions"; learn.microsoft.com/azure/devops/pipelines/yaml-schema */
describe('the steps of pipelines', () => {
  it('GitHub: each input and output is used, each script has a shell, and no script holds an expression', () => {
    const { name, description, inputs, outputs, runs } = yamlOf('github/action.yml') as {
      name: string
      description: string
      inputs: Record<string, { description: string; required?: boolean; default?: unknown }>
      outputs: Record<string, { description: string; value: string }>
      runs: { using: string; steps: (Step & { id?: string })[] }
    }
    expect([typeof name, typeof description, runs.using]).toEqual(['string', 'string', 'composite'])
    const text = JSON.stringify(runs.steps)
    for (const [input, { description: words, required, default: usual }] of Object.entries(inputs)) {
      expect(text, input).toContain(`inputs.${input} `)
      expect([typeof words, required === true || typeof usual === 'string']).toEqual(['string', true])
    }
    for (const { value } of Object.values(outputs)) {
      const [, step, output] = /steps\.([\w-]+)\.outputs\.([\w-]+)/.exec(value) ?? []
      expect(runs.steps.find(({ id }) => id === step)?.run).toContain(`${output}=`)
    }
    for (const { run, uses, shell } of runs.steps) {
      expect((run === undefined) !== (uses === undefined)).toBe(true)
      if (run !== undefined) expect([shell, run.includes('${{')]).toEqual(['bash', false])
      else expect(uses).toMatch(/^[\w-]+\/[\w-]+@v\d+$/)
    }
  })

  it('Azure DevOps: each parameter is used, and no script holds an expression', () => {
    const { parameters, steps } = yamlOf('azure-devops/plan-check.yml') as {
      parameters: { name: string; type: string }[]
      steps: Step[]
    }
    const text = JSON.stringify(steps)
    for (const { name, type } of parameters)
      expect([text.includes(`parameters.${name} }`), type]).toEqual([true, 'string'])
    for (const step of steps) {
      expect(['task', 'bash', 'publish'].filter((key) => key in step)).toHaveLength(1)
      expect(step.bash ?? '').not.toContain('${{')
    }
  })

  it.each(['github/action.yml', 'azure-devops/plan-check.yml'])('%s asks for what the command line has', (file) => {
    const text = readFileSync(path.join(integrations, file), 'utf8')
    expect(text).toMatch(/peerwatch\.mjs" plan check "\$PLAN_FILE"/)
    expect([...text.matchAll(/[ +]--(\w+) "/g)].map(([, option]) => option)).toEqual(
      expect.arrayContaining(['thresholds', 'write', 'write']),
    )
    expect(text).not.toMatch(/pw_[A-Za-z0-9_-]{20,}/)
  })
})

/** Runs the scripts of the steps in bash, with another program in place of the Peerwatch command line. */
describe('a step', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-pipeline-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  mkdirSync(path.join(folder, 'bin'))
  mkdirSync(path.join(folder, 'integrations/github'), { recursive: true })
  const reports = ['sarif', 'md']
  const github = yamlOf('github/action.yml') as unknown as { runs: { steps: (Step & { id?: string })[] } }
  const azure = yamlOf('azure-devops/plan-check.yml') as unknown as { steps: Step[] }
  const scriptOf = (steps: readonly Step[], name: string) => {
    const step = steps.find((one) => one.name === name || (one as { displayName?: string }).displayName === name)
    return step?.run ?? step?.bash ?? ''
  }
  const bash = (script: string, env: Record<string, string>) =>
    spawnSync('bash', ['-e', '-o', 'pipefail', '-c', script], {
      env: {
        NODE_ENV: 'test',
        PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
        PLAN_FILE: 'plan.json',
        ...env,
      },
    }).status

  type Case = [string, program: string, github: number, azure: number]
  const write = (...endings: string[]) =>
    endings.map((ending) => `writeFileSync(${JSON.stringify(path.join(folder, `peerwatch.${ending}`))}, 'x');`).join('')
  const begin = `import { writeFileSync } from 'node:fs';`
  it.each<Case>([
    ['passes with a report', `${begin}${write(...reports)}`, 0, 0],
    ['passes with warnings and a report', `${begin}${write(...reports)}process.exit(1)`, 0, 0],
    ['fails by a failure', `${begin}${write(...reports)}process.exit(2)`, 2, 2],
    ['fails by the unknown', `${begin}${write(...reports)}process.exit(3)`, 3, 3],
    ['fails by a code that is not documented', `${begin}${write(...reports)}process.exit(134)`, 3, 3],
    ['fails by a signal', `${begin}${write(...reports)}process.kill(process.pid, 'SIGKILL')`, 3, 3],
    ['fails after a crash', 'throw new Error("crash")', 3, 3],
    ['fails without a report', 'process.exit(0)', 3, 3],
    ['fails with half of a report', `${begin}${write('md')}`, 3, 3],
    ['fails by code that does not parse', 'const = 1', 3, 3],
  ])('%s', (_, program, onGithub, onAzure) => {
    writeFileSync(path.join(folder, 'bin/peerwatch.mjs'), program)
    // reports left by an earlier step
    const leave = () => {
      for (const ending of reports) writeFileSync(path.join(folder, `peerwatch.${ending}`), 'old')
    }
    leave()
    const output = path.join(folder, 'output')
    writeFileSync(output, '')
    const own = { RUNNER_TEMP: folder, GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: path.join(folder, 'summary') }
    bash(scriptOf(github.runs.steps, 'Check the plan'), {
      ...own,
      GITHUB_ACTION_PATH: path.join(folder, 'integrations/github'),
    })
    const [, code = ''] = /exit-code=(.*)/.exec(readFileSync(output, 'utf8')) ?? []
    expect(bash(scriptOf(github.runs.steps, 'Pass or fail'), { CODE: code })).toBe(onGithub)
    leave()
    const status = bash(scriptOf(azure.steps, 'Check the plan'), { AGENT_TEMPDIRECTORY: folder, PEERWATCH: folder })
    expect(status).toBe(onAzure)
  })

  it('fails where the check left no exit code', () => {
    expect(bash(scriptOf(github.runs.steps, 'Pass or fail'), { CODE: '' })).toBe(3)
  })
})
