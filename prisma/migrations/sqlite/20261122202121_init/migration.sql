-- CreateTable
CREATE TABLE "connections" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "provider" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "baseUrl" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "credentials" TEXT,
    "settings" JSONB NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'ok',
    "reason" TEXT,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "installations" (
    "id" BIGINT NOT NULL PRIMARY KEY,
    "accountId" BIGINT,
    "account" TEXT NOT NULL,
    "accountType" TEXT,
    "repositorySelection" TEXT,
    "permissions" JSONB NOT NULL,
    "suspendedAt" DATETIME,
    "deletedAt" DATETIME,
    "updatedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "repositories" (
    "id" BIGINT NOT NULL PRIMARY KEY,
    "installationId" BIGINT,
    "fullName" TEXT NOT NULL,
    "nameKey" TEXT NOT NULL,
    "defaultBranch" TEXT,
    "archived" BOOLEAN NOT NULL DEFAULT false,
    "settings" JSONB NOT NULL,
    "headSha" TEXT,
    "ingestedAt" DATETIME,
    "deletedAt" DATETIME,
    "updatedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "artifacts" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "scope" TEXT NOT NULL,
    "file" TEXT NOT NULL,
    "artifactId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "status" TEXT,
    "contentHash" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "problems" JSONB NOT NULL,
    "blobSha" TEXT,
    "removedAt" DATETIME,
    "updatedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "links" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "connectionId" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "artifactId" TEXT NOT NULL,
    "artifactKind" TEXT NOT NULL,
    "remoteKind" TEXT NOT NULL,
    "remoteId" TEXT NOT NULL,
    "remoteKey" TEXT,
    "url" TEXT,
    "base" JSONB NOT NULL,
    "localHash" TEXT NOT NULL,
    "remoteHash" TEXT,
    "remoteVersion" TEXT,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "intents" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "connectionId" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "remoteId" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "notBefore" DATETIME,
    "reason" TEXT,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "deliveries" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "provider" TEXT NOT NULL,
    "deliveryId" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "action" TEXT,
    "payload" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'received',
    "error" TEXT,
    "receivedAt" DATETIME NOT NULL,
    "handledAt" DATETIME
);

-- CreateTable
CREATE TABLE "jobs" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "kind" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "payload" JSONB NOT NULL,
    "connectionId" TEXT,
    "serialKey" TEXT,
    "dedupeKey" TEXT,
    "queuedKey" TEXT,
    "runningKey" TEXT,
    "runId" INTEGER,
    "state" TEXT NOT NULL,
    "priority" INTEGER NOT NULL,
    "runAt" DATETIME NOT NULL,
    "rank" BIGINT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "maxAttempts" INTEGER NOT NULL,
    "leaseOwner" TEXT,
    "leaseUntil" DATETIME,
    "snoozedSince" DATETIME,
    "errorCode" TEXT,
    "error" TEXT,
    "createdAt" DATETIME NOT NULL,
    "finishedAt" DATETIME
);

-- CreateTable
CREATE TABLE "schedules" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "everyMs" INTEGER NOT NULL,
    "nextAt" DATETIME NOT NULL,
    "lastAt" DATETIME,
    "enabled" BOOLEAN NOT NULL DEFAULT true
);

-- CreateTable
CREATE TABLE "cursors" (
    "connectionId" TEXT NOT NULL,
    "stream" TEXT NOT NULL,
    "cursor" TEXT,
    "watermark" TEXT,
    "candidate" TEXT,
    "pages" INTEGER NOT NULL DEFAULT 0,
    "updatedAt" DATETIME NOT NULL,

    PRIMARY KEY ("connectionId", "stream")
);

-- CreateTable
CREATE TABLE "runs" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "kind" TEXT NOT NULL,
    "connectionId" TEXT,
    "scope" TEXT,
    "state" TEXT NOT NULL,
    "dryRun" BOOLEAN NOT NULL DEFAULT false,
    "input" JSONB NOT NULL,
    "counts" JSONB NOT NULL,
    "result" JSONB NOT NULL,
    "requests" INTEGER NOT NULL DEFAULT 0,
    "done" INTEGER NOT NULL DEFAULT 0,
    "total" INTEGER,
    "phase" TEXT,
    "startedAt" DATETIME NOT NULL,
    "progressAt" DATETIME NOT NULL,
    "finishedAt" DATETIME,
    "cancelRequestedAt" DATETIME,
    "errorCode" TEXT,
    "error" TEXT
);

-- CreateTable
CREATE TABLE "run_events" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "runId" INTEGER NOT NULL,
    "at" DATETIME NOT NULL,
    "artifactId" TEXT,
    "status" TEXT NOT NULL,
    "code" TEXT,
    "message" TEXT,
    "data" JSONB NOT NULL,
    CONSTRAINT "run_events_runId_fkey" FOREIGN KEY ("runId") REFERENCES "runs" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "budgets" (
    "connectionId" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "limit" INTEGER,
    "remaining" INTEGER,
    "resetAt" DATETIME,
    "pausedUntil" DATETIME,
    "reason" TEXT,
    "observedAt" DATETIME NOT NULL,

    PRIMARY KEY ("connectionId", "scope")
);

-- CreateTable
CREATE TABLE "checks" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "repositoryId" BIGINT NOT NULL,
    "headSha" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "externalId" TEXT NOT NULL,
    "checkRunId" BIGINT,
    "state" TEXT NOT NULL,
    "conclusion" TEXT,
    "digest" TEXT,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL
);

-- CreateIndex
CREATE INDEX "repositories_nameKey_idx" ON "repositories"("nameKey");

-- CreateIndex
CREATE INDEX "repositories_installationId_idx" ON "repositories"("installationId");

-- CreateIndex
CREATE INDEX "artifacts_scope_kind_artifactId_idx" ON "artifacts"("scope", "kind", "artifactId");

-- CreateIndex
CREATE INDEX "artifacts_artifactId_idx" ON "artifacts"("artifactId");

-- CreateIndex
CREATE UNIQUE INDEX "artifacts_scope_file_key" ON "artifacts"("scope", "file");

-- CreateIndex
CREATE UNIQUE INDEX "links_connectionId_scope_artifactKind_artifactId_remoteKind_key" ON "links"("connectionId", "scope", "artifactKind", "artifactId", "remoteKind");

-- CreateIndex
CREATE UNIQUE INDEX "links_connectionId_remoteKind_remoteId_key" ON "links"("connectionId", "remoteKind", "remoteId");

-- CreateIndex
CREATE INDEX "intents_state_updatedAt_idx" ON "intents"("state", "updatedAt");

-- CreateIndex
CREATE UNIQUE INDEX "intents_connectionId_key_key" ON "intents"("connectionId", "key");

-- CreateIndex
CREATE INDEX "deliveries_status_receivedAt_idx" ON "deliveries"("status", "receivedAt");

-- CreateIndex
CREATE UNIQUE INDEX "deliveries_provider_deliveryId_key" ON "deliveries"("provider", "deliveryId");

-- CreateIndex
CREATE UNIQUE INDEX "jobs_queuedKey_key" ON "jobs"("queuedKey");

-- CreateIndex
CREATE UNIQUE INDEX "jobs_runningKey_key" ON "jobs"("runningKey");

-- CreateIndex
CREATE INDEX "jobs_state_rank_idx" ON "jobs"("state", "rank");

-- CreateIndex
CREATE INDEX "jobs_state_leaseUntil_idx" ON "jobs"("state", "leaseUntil");

-- CreateIndex
CREATE INDEX "jobs_state_finishedAt_idx" ON "jobs"("state", "finishedAt");

-- CreateIndex
CREATE INDEX "jobs_runId_state_idx" ON "jobs"("runId", "state");

-- CreateIndex
CREATE INDEX "schedules_nextAt_idx" ON "schedules"("nextAt");

-- CreateIndex
CREATE INDEX "runs_state_progressAt_idx" ON "runs"("state", "progressAt");

-- CreateIndex
CREATE INDEX "run_events_runId_id_idx" ON "run_events"("runId", "id");

-- CreateIndex
CREATE INDEX "checks_state_updatedAt_idx" ON "checks"("state", "updatedAt");

-- CreateIndex
CREATE UNIQUE INDEX "checks_repositoryId_headSha_name_key" ON "checks"("repositoryId", "headSha", "name");
