// A customer's program, on a client that openapi-generator has made of the service's OpenAPI document.
package main

import (
	"context"
	"fmt"
	"os"

	"latchkey.example/story/latchkey"
)

func check(ok bool, what string, err error) {
	if !ok {
		fmt.Fprintf(os.Stderr, "%s: %v\n", what, err)
		os.Exit(1)
	}
}

func main() {
	settings := latchkey.NewConfiguration()
	settings.Servers = latchkey.ServerConfigurations{{URL: os.Getenv("SERVER")}}
	ctx := context.WithValue(context.Background(), latchkey.ContextAccessToken, os.Getenv("TOKEN"))
	api := latchkey.NewAPIClient(settings)

	key := "generator-go-story"
	create := api.ClientsAPI.CreateClient(ctx).IdempotencyKey(key)
	made, answer, err := create.CreateClientRequest(*latchkey.NewCreateClientRequest("Go")).Execute()
	check(err == nil, "create", err)
	etag := answer.Header.Get("ETag")

	_, _, err = create.CreateClientRequest(*latchkey.NewCreateClientRequest("Other")).Execute()
	refused, ok := err.(*latchkey.GenericOpenAPIError)
	check(ok, "another body under the key", err)
	problem, ok := refused.Model().(latchkey.Problem422)
	check(ok && problem.IdempotencyKeyReusedProblem != nil, "which problem it is", err)

	wanted := *latchkey.NewAddSecretRequest("Production")
	secret, _, err := api.SecretsAPI.AddSecret(ctx, made.Id).AddSecretRequest(wanted).Execute()
	check(err == nil && secret.GetSecretText() != "", "add a secret", err)

	listed, _, err := api.ClientsAPI.ListClients(ctx).Limit(1).Execute()
	check(err == nil && len(listed.Items) == 1, "list", err)

	rename := func(name string) error {
		request := *latchkey.NewRenameClientRequest(name)
		_, err := api.ClientsAPI.RenameClient(ctx, made.Id).IfMatch(etag).RenameClientRequest(request).Execute()
		return err
	}
	err = rename("Go 2")
	check(err == nil, "rename", err)
	refused, ok = rename("Go 3").(*latchkey.GenericOpenAPIError)
	check(ok, "a stale ETag", nil)
	stale, ok := refused.Model().(latchkey.Problem412)
	check(ok && stale.PreconditionFailedProblem != nil, "which problem it is", refused)

	_, err = api.ClientsAPI.DeleteClient(ctx, made.Id).Execute()
	check(err == nil, "delete", err)
}
