// Measures @cloud-copilot/iam-simulate for policy.py: cases come in as JSON, answers and calls a second go out as JSON.
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const [folder, seconds] = process.argv.slice(2)
const within = (path) => import(pathToFileURL(`${folder}/node_modules/@cloud-copilot/${path}`).href)
const { runSimulation } = await within('iam-simulate/dist/esm/index.js')
const { authorize } = await within('iam-simulate/dist/esm/core_engine/CoreSimulatorEngine.js')
const { AwsRequestImpl } = await within('iam-simulate/dist/esm/request/request.js')
const { RequestContextImpl } = await within('iam-simulate/dist/esm/requestContext.js')
const { DiscoveryContextKeyConstraints } = await within(
  'iam-simulate/dist/esm/context_keys/discoveryContextKeyConstraints.js'
)
const { loadPolicy } = await within('iam-policy/dist/esm/index.js')

const cases = JSON.parse(readFileSync(0, 'utf8'))
const constraints = new DiscoveryContextKeyConstraints([])
const load = (policies) => (policies ?? []).map((policy, i) => loadPolicy(policy, { name: `policy${i}` }))
const named = (policies) => (policies ?? []).map((policy, i) => ({ name: `policy${i}`, policy }))
const levels = (all, each) =>
  (all ?? []).map((policies, i) => ({ orgIdentifier: `level${i}`, policies: each(policies) }))

const parsed = cases.map((one) => ({
  identityPolicies: load(one.identity_policies),
  serviceControlPolicies: levels(one.service_control_policies, load),
  resourceControlPolicies: [],
  resourcePolicy: one.resource_policy && loadPolicy(one.resource_policy, { name: 'resource' }),
  permissionBoundaries: one.permissions_boundaries && load(one.permissions_boundaries),
  sessionPolicy: undefined,
  vpcEndpointPolicies: undefined,
  simulationParameters: { simulationMode: 'Strict', discoveryContextKeyConstraints: constraints },
  serviceSettings: { s3: { blockPublicAccess: false } },
}))
const preparsed = (i) => {
  const one = cases[i]
  const target = { resource: one.resource, accountId: one.resource_account }
  const context = new RequestContextImpl(one.context ?? {})
  return authorize({ request: new AwsRequestImpl(one.principal, target, one.action, context), ...parsed[i] }).result
}

const whole = (i) => {
  const one = cases[i]
  return runSimulation(
    {
      request: {
        principal: one.principal,
        action: one.action,
        resource: { resource: one.resource, accountId: one.resource_account },
        contextVariables: one.context ?? {},
      },
      identityPolicies: named(one.identity_policies),
      serviceControlPolicies: levels(one.service_control_policies, named),
      resourceControlPolicies: [],
      resourcePolicy: one.resource_policy,
      permissionBoundaryPolicies: one.permissions_boundaries && named(one.permissions_boundaries),
    },
    {}
  )
}

// The best of several rounds, after a warm-up. Nothing is awaited where nothing has to be.
const rounds = 5
async function rate(call, waits) {
  let best = 0
  for (let round = -1; round < rounds; round++) {
    let calls = 0
    const begin = performance.now()
    while (performance.now() - begin < (seconds * 1000) / rounds) {
      for (let i = 0; i < cases.length; i++) waits ? await call(i) : call(i)
      calls += cases.length
    }
    if (round >= 0) best = Math.max(best, (calls * 1000) / (performance.now() - begin))
  }
  return best
}

const answers = { preparsed: cases.map((_, i) => preparsed(i)), whole: [] }
for (let i = 0; i < cases.length; i++) {
  const found = await whole(i)
  answers.whole.push(found.resultType === 'error' ? JSON.stringify(found.errors) : found.overallResult)
}
console.log(JSON.stringify({ answers, preparsed: await rate(preparsed, false), whole: await rate(whole, true) }))
