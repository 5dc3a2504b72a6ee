-- AlterTable
ALTER TABLE "jobs" ADD COLUMN     "connectionSlot" TEXT,
ADD COLUMN     "httpStatus" INTEGER,
ADD COLUMN     "providerRequestId" TEXT;

-- CreateTable
CREATE TABLE "connection_states" (
    "connectionId" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "code" TEXT,
    "reason" TEXT,
    "probeAt" TIMESTAMP(3),
    "since" TIMESTAMP(3) NOT NULL,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "connection_states_pkey" PRIMARY KEY ("connectionId")
);

-- CreateIndex
CREATE UNIQUE INDEX "jobs_connectionSlot_key" ON "jobs"("connectionSlot");

-- CreateIndex
CREATE INDEX "jobs_state_priority_rank_idx" ON "jobs"("state", "priority", "rank");
