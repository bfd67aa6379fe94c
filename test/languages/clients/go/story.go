// A customer's program, on a client that oapi-codegen has made of the service's OpenAPI document.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
)

func check(ok bool, what string, body []byte) {
	if !ok {
		fmt.Fprintf(os.Stderr, "%s: %s\n", what, body)
		os.Exit(1)
	}
}

func main() {
	ctx := context.Background()
	token := func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Bearer "+os.Getenv("TOKEN"))
		return nil
	}
	api, err := NewClientWithResponses(os.Getenv("SERVER"), WithRequestEditorFn(token))
	check(err == nil, "no client", nil)

	key := "go-story"
	made, err := api.CreateClientWithResponse(ctx, &CreateClientParams{IdempotencyKey: &key},
		CreateClientRequest{DisplayName: "Go"})
	check(err == nil && made.JSON201 != nil, "create", made.Body)
	id := made.JSON201.Id

	secret, err := api.AddSecretWithResponse(ctx, id, &AddSecretParams{}, AddSecretRequest{DisplayName: "Production"})
	check(err == nil && secret.JSON201 != nil && secret.JSON201.SecretText != nil, "add a secret", secret.Body)

	limit := int32(1)
	listed, err := api.ListClientsWithResponse(ctx, &ListClientsParams{Limit: &limit})
	check(err == nil && listed.JSON200 != nil && len(listed.JSON200.Items) == 1, "list", listed.Body)

	etag := made.HTTPResponse.Header.Get("ETag")
	renamed, err := api.RenameClientWithResponse(ctx, id, &RenameClientParams{IfMatch: &etag},
		RenameClientRequest{DisplayName: "Go 2"})
	check(err == nil && renamed.StatusCode() == 204, "rename", renamed.Body)

	stale, err := api.RenameClientWithResponse(ctx, id, &RenameClientParams{IfMatch: &etag},
		RenameClientRequest{DisplayName: "Go 3"})
	check(err == nil && stale.ApplicationproblemJSON412 != nil, "a stale ETag", stale.Body)

	deleted, err := api.DeleteClientWithResponse(ctx, id, &DeleteClientParams{})
	check(err == nil && deleted.StatusCode() == 204, "delete", deleted.Body)
}
