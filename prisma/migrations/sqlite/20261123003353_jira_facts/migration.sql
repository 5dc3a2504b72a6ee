-- CreateTable
CREATE TABLE "facts_jira_issues" (
    "connectionId" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" DATETIME,
    "data" JSONB NOT NULL,
    "goneAt" DATETIME,
    "historyAt" DATETIME,
    "collectedAt" DATETIME NOT NULL,

    PRIMARY KEY ("connectionId", "scope", "factId")
);

-- CreateTable
CREATE TABLE "facts_jira_changes" (
    "connectionId" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" DATETIME,
    "data" JSONB NOT NULL,
    "goneAt" DATETIME,
    "collectedAt" DATETIME NOT NULL,

    PRIMARY KEY ("connectionId", "scope", "factId")
);

-- CreateTable
CREATE TABLE "facts_jira_sprints" (
    "connectionId" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" DATETIME,
    "data" JSONB NOT NULL,
    "goneAt" DATETIME,
    "collectedAt" DATETIME NOT NULL,

    PRIMARY KEY ("connectionId", "scope", "factId")
);

-- CreateTable
CREATE TABLE "facts_jira_boards" (
    "connectionId" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" DATETIME,
    "data" JSONB NOT NULL,
    "goneAt" DATETIME,
    "collectedAt" DATETIME NOT NULL,

    PRIMARY KEY ("connectionId", "scope", "factId")
);

-- CreateTable
CREATE TABLE "facts_jira_versions" (
    "connectionId" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" DATETIME,
    "data" JSONB NOT NULL,
    "goneAt" DATETIME,
    "collectedAt" DATETIME NOT NULL,

    PRIMARY KEY ("connectionId", "scope", "factId")
);

-- CreateTable
CREATE TABLE "facts_jira_statuses" (
    "connectionId" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "factId" TEXT NOT NULL,
    "at" DATETIME,
    "data" JSONB NOT NULL,
    "goneAt" DATETIME,
    "collectedAt" DATETIME NOT NULL,

    PRIMARY KEY ("connectionId", "scope", "factId")
);

-- CreateTable
CREATE TABLE "jira_collections" (
    "connectionId" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "reason" TEXT,
    "reachedFrom" DATETIME,
    "collectedAt" DATETIME,
    "updatedAt" DATETIME NOT NULL,

    PRIMARY KEY ("connectionId", "scope", "kind")
);
