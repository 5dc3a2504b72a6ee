-- CreateIndex
CREATE INDEX "run_events_runId_artifactId_idx" ON "run_events"("runId", "artifactId");
