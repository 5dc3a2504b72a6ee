// Run by migrate.test.ts as a process of its own: applies the migrations to the database named by its argument.
import { migrate } from '../../integrations/store/migrate.ts'

process.stdout.write(JSON.stringify(await migrate(process.argv[2] ?? '')))
