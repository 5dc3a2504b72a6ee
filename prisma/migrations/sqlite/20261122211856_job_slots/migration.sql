-- AlterTable
ALTER TABLE "jobs" ADD COLUMN "connectionSlot" TEXT;
ALTER TABLE "jobs" ADD COLUMN "httpStatus" INTEGER;
ALTER TABLE "jobs" ADD COLUMN "providerRequestId" TEXT;

-- CreateTable
CREATE TABLE "connection_states" (
    "connectionId" TEXT NOT NULL PRIMARY KEY,
    "status" TEXT NOT NULL,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "code" TEXT,
    "reason" TEXT,
    "probeAt" DATETIME,
    "since" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL
);

-- CreateIndex
CREATE UNIQUE INDEX "jobs_connectionSlot_key" ON "jobs"("connectionSlot");

-- CreateIndex
CREATE INDEX "jobs_state_priority_rank_idx" ON "jobs"("state", "priority", "rank");
