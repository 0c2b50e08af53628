import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parseYAML } from 'confbox/yaml'
import { describe, expect, it } from 'vitest'

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
