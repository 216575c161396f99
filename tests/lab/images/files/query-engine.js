// Stand-in for Prisma's native query engine, which no package registry has: the same HTTP interface, answered by
// Prisma's own engine as WebAssembly. Prisma's Python client speaks GraphQL, this engine speaks JSON: the work here is
// to translate one into the other.
'use strict'
const fs = require('fs')
const http = require('http')

const modules = fs.realpathSync(__dirname) + '/node_modules/'
const VERSION = 'query-engine 393aa359c9ad4a4bb28630fb5613f9c281cde053'
if (process.argv.includes('--version')) {
  console.log(VERSION)
  process.exit(0)
}

const { parse, Kind } = require(modules + 'graphql')
const pg = require(modules + 'pg')
const pgArray = require(modules + 'postgres-array')
const { PrismaPg } = require(modules + '@prisma/adapter-pg')
const { bindAdapter } = require(modules + '@prisma/driver-adapter-utils')

const TRACE = JSON.stringify({ traceparent: '' })
const ACTIONS = [
  'findUniqueOrThrow', 'findUnique', 'findFirstOrThrow', 'findFirst', 'findMany', 'createManyAndReturn', 'createOne',
  'createMany', 'updateOne', 'updateMany', 'upsertOne', 'deleteOne', 'deleteMany', 'aggregate', 'groupBy', 'queryRaw',
  'executeRaw',
]
const JSON_FILTERS = new Set(['equals', 'not', 'set', 'array_contains', 'array_starts_with', 'array_ends_with'])
// Parameters of a database address that only the native engine understands.
const ENGINE_PARAMETERS = [
  'connection_limit', 'pool_timeout', 'schema', 'pgbouncer', 'connect_timeout', 'socket_timeout',
  'statement_cache_size', 'application_name', 'sslmode',
]
// The driver adapter refuses columns of type name, char, regclass, void and the like, which the native engine takes:
// they are answered as text (25), bigint (20) or an array of text (1009).
const AS_TEXT = {
  18: 25, 19: 25, 24: 25, 26: 20, 27: 25, 28: 25, 194: 25, 1003: 1009, 2202: 25, 2205: 25, 2206: 25, 2249: 25,
  2278: 25, 2210: 1009, 3614: 25, 3220: 25,
}

function option(...names) {
  for (const name of names) {
    const index = process.argv.indexOf(name)
    if (index >= 0) return process.argv[index + 1]
  }
  return undefined
}

function dataModel() {
  if (process.env.PRISMA_DML) return Buffer.from(process.env.PRISMA_DML, 'base64').toString()
  return fs.readFileSync(process.env.PRISMA_DML_PATH, 'utf8')
}

function databaseUrl() {
  let url = process.env.DATABASE_URL
  if (process.env.OVERWRITE_DATASOURCES) {
    const sources = JSON.parse(Buffer.from(process.env.OVERWRITE_DATASOURCES, 'base64').toString())
    url = (sources[0] && sources[0].url) || url
  }
  const known = new URL(url)
  for (const name of ENGINE_PARAMETERS) known.searchParams.delete(name)
  return known.toString()
}

function acceptMoreColumnTypes() {
  for (const type of [1003, 2210]) pg.types.setTypeParser(type, text => pgArray.parse(text, item => item))
  for (const owner of [pg.Client, pg.Pool]) {
    const original = owner.prototype.query
    owner.prototype.query = function (...words) {
      const answer = original.apply(this, words)
      if (!answer || !answer.then) return answer
      return answer.then(result => {
        for (const field of (result && result.fields) || []) {
          if (AS_TEXT[field.dataTypeID]) field.dataTypeID = AS_TEXT[field.dataTypeID]
        }
        return result
      })
    }
  }
}

function makeEngine(model) {
  const runtime = modules + '@prisma/client/runtime/'
  const glue = require(runtime + 'query_engine_bg.postgresql.js')
  const code = new WebAssembly.Module(fs.readFileSync(runtime + 'query_engine_bg.postgresql.wasm'))
  glue.__wbg_set_wasm(new WebAssembly.Instance(code, { './query_engine_bg.js': glue }).exports)
  const pool = new pg.Pool({ connectionString: databaseUrl(), max: 10 })
  // A database that goes away takes idle connections with it; unheard, that event would end this process.
  pool.on('error', error => console.error(String(error)))
  const adapter = bindAdapter(new PrismaPg(pool))
  const settings = {
    datamodel: model, logLevel: 'error', logQueries: false, env: process.env, configDir: '.',
    ignoreEnvVarErrors: true, engineProtocol: 'json', enableTracing: false, datasourceOverrides: {},
  }
  return new glue.QueryEngine(settings, () => {}, adapter)
}

// model name -> field name -> type, out of the schema's text.
function fieldTypes(model) {
  const found = {}
  for (const [, name, body] of model.matchAll(/^\s*model\s+(\w+)\s*\{([\s\S]*?)^\s*\}/gm)) {
    found[name] = {}
    for (const line of body.split('\n')) {
      const field = line.match(/^\s*(\w+)\s+(\w+)(\[\])?(\?)?/)
      if (field && !line.trim().startsWith('//')) found[name][field[1]] = field[2]
    }
  }
  return found
}

acceptMoreColumnTypes()
const model = dataModel()
const models = fieldTypes(model)
const engine = makeEngine(model)

const isObject = value => value && typeof value === 'object' && !Array.isArray(value)
const mapValues = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(key, value)]))

function literal(node) {
  switch (node.kind) {
    case Kind.INT: {
      const number = Number(node.value)
      return Number.isSafeInteger(number) ? number : { $type: 'BigInt', value: node.value }
    }
    case Kind.FLOAT: return Number(node.value)
    case Kind.LIST: return node.values.map(literal)
    case Kind.OBJECT: return Object.fromEntries(node.fields.map(field => [field.name.value, literal(field.value)]))
    case Kind.NULL: return null
    default: return node.value
  }
}

function argumentsOf(field) {
  return Object.fromEntries((field.arguments || []).map(argument => [argument.name.value, literal(argument.value)]))
}

function selectionOf(node) {
  if (!node.selectionSet) return {}
  return Object.fromEntries(node.selectionSet.selections.map(field => {
    const nested = field.selectionSet || (field.arguments && field.arguments.length)
    return [field.name.value, nested ? { arguments: argumentsOf(field), selection: selectionOf(field) } : true]
  }))
}

// In the GraphQL protocol a Json value travels as text in both directions.
function jsonValue(value) {
  if (typeof value === 'string') return { $type: 'Json', value }
  if (Array.isArray(value)) return value.map(jsonValue)
  if (!isObject(value) || '$type' in value) return value
  return mapValues(value, (key, inner) => (JSON_FILTERS.has(key) ? jsonValue(inner) : inner))
}

function withTypes(value, name) {
  if (Array.isArray(value)) return value.map(item => withTypes(item, name))
  if (!isObject(value) || '$type' in value) return value
  return mapValues(value, (key, inner) => {
    const type = (models[name] || {})[key]
    if (type === 'Json') return jsonValue(inner)
    if (models[type]) return withTypes(inner, type)
    return type ? inner : withTypes(inner, name)
  })
}

function toJsonProtocol(field) {
  const name = field.name.value
  if (/^(query|execute)Raw$/.test(name)) return { action: name, query: { arguments: argumentsOf(field), selection: {} } }
  const action = ACTIONS.find(known => name.startsWith(known))
  const modelName = name.slice(action.length)
  const query = { arguments: withTypes(argumentsOf(field), modelName), selection: selectionOf(field) }
  return { modelName, action, query }
}

function withoutTypes(value) {
  if (Array.isArray(value)) return value.map(withoutTypes)
  if (!isObject(value)) return value
  if ('$type' in value) return value.$type === 'BigInt' ? Number(value.value) : value.value
  return mapValues(value, (_, inner) => withoutTypes(inner))
}

const fieldsOf = text => parse(text).definitions[0].selectionSet.selections
const nameOf = field => (field.alias || field.name).value
const isRaw = query => /Raw$/.test(query.action)

function answerFor(query, field, result) {
  if (result.errors) return result
  const value = Object.values(result.data)[0]
  return { data: { [nameOf(field)]: isRaw(query) ? value : withoutTypes(value) } }
}

async function ask(body, transaction) {
  return JSON.parse(await engine.query(JSON.stringify(body), TRACE, transaction))
}

// {"batch": [{query}, ...], "transaction": bool}: what the client's batches send; spend tracking uses it.
async function runBatch(body, transaction) {
  const fields = body.batch.map(member => fieldsOf(member.query)[0])
  const queries = fields.map(toJsonProtocol)
  const isolation = body.transaction ? { isolationLevel: null } : null
  const result = await ask({ batch: queries, transaction: isolation }, transaction)
  if (result.errors) return result
  return { batchResult: result.batchResult.map((member, i) => answerFor(queries[i], fields[i], member)) }
}

async function run(body, transaction) {
  if (body.batch) return runBatch(body, transaction)
  const fields = fieldsOf(body.query)
  const queries = fields.map(toJsonProtocol)
  if (fields.length === 1) return answerFor(queries[0], fields[0], await ask(queries[0], transaction))
  const isolation = transaction ? null : { isolationLevel: null }
  const result = await ask({ batch: queries, transaction: isolation }, transaction)
  if (result.errors) return result
  const data = {}
  for (const [i, member] of result.batchResult.entries()) {
    if (member.errors) return member
    Object.assign(data, answerFor(queries[i], fields[i], member).data)
  }
  return { data }
}

async function answer(url, body, headers) {
  if (url === '/status') return { status: 'ok' }
  if (url.startsWith('/metrics')) return { counters: [], gauges: [], histograms: [] }
  if (url === '/transaction/start') return JSON.parse(await engine.startTransaction(body, TRACE))
  const ending = url.match(/^\/transaction\/([^/]+)\/(commit|rollback)$/)
  if (ending) {
    const end = ending[2] === 'commit' ? 'commitTransaction' : 'rollbackTransaction'
    return JSON.parse((await engine[end](ending[1], TRACE)) || '{}')
  }
  return run(JSON.parse(body), headers['x-transaction-id'])
}

function errorAnswer(error) {
  let known = null
  try {
    known = JSON.parse(error.message || error)
  } catch {
    // Not one of the engine's own errors.
  }
  const unknown = { is_panic: false, message: String(error), error_code: (known && known.code) || 'P2010', meta: {} }
  const facing = known && known.error_code ? known : unknown
  return { errors: [{ error: String(error), user_facing_error: facing }] }
}

const server = http.createServer((request, response) => {
  const chunks = []
  request.on('data', chunk => chunks.push(chunk))
  request.on('end', async () => {
    const body = Buffer.concat(chunks).toString()
    const result = await answer(request.url, body, request.headers).catch(errorAnswer)
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(result))
  })
})

engine.connect(TRACE).then(() => {
  server.listen(Number(option('-p', '--port') || process.env.PORT || 0), '127.0.0.1')
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0))
